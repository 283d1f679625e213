package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.EventText;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The body of a request, one JSON object that is read strictly: what is wrong ends the request with a problem that
/// names the member. A member that is null counts as absent.
///
/// @param bytes as they came
public record JsonBody(byte[] bytes, ObjectNode members) {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// Reads no more than `bytesMax`.
    public static JsonBody read(InputStream in, int bytesMax) throws IOException {
        byte[] bytes = bounded(in, bytesMax);
        if (parse(bytes) instanceof ObjectNode members) {
            return new JsonBody(bytes, members);
        }
        throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
    }

    /// The same of a request whose body may be absent, which counts as an object without members.
    public static JsonBody readOptional(HttpServletRequest request, int bytesMax) throws IOException {
        byte[] bytes = bounded(request.getInputStream(), bytesMax);
        if (bytes.length == 0) {
            return new JsonBody(bytes, JsonNodeFactory.instance.objectNode());
        }
        String contentType = request.getContentType();
        if (contentType == null || !isJson(contentType)) {
            throw ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
        return read(new ByteArrayInputStream(bytes), bytesMax);
    }

    private static boolean isJson(String contentType) {
        return contentType.split(";", 2)[0].strip().equalsIgnoreCase(MediaType.APPLICATION_JSON_VALUE);
    }

    private static byte[] bounded(InputStream in, int bytesMax) throws IOException {
        byte[] bytes = in.readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw ProblemException.of(ProblemType.BODY_TOO_LARGE, "the body may have " + bytesMax + " bytes");
        }
        return bytes;
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return STRICT.readTree(bytes);
        } catch (JacksonException malformed) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST, "the body is not JSON: " + malformed.getOriginalMessage());
        }
    }

    /// Refuses a body that is not there: nothing at all is not what a caller means who resets something.
    public JsonBody present() {
        if (bytes.length == 0) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "a body is needed, {} at least");
        }
        return this;
    }

    /// Refuses members of other names.
    public JsonBody only(Set<String> names) {
        for (String name : members.propertyNames()) {
            if (!names.contains(name)) {
                throw ProblemException.field(name, "is not a member of this body");
            }
        }
        return this;
    }

    public String text(String name, int charsMax) {
        return optionalText(name, charsMax).orElseThrow(() -> ProblemException.field(name, "is missing"));
    }

    /// Without spaces around it; 1 to `charsMax` characters.
    public Optional<String> optionalText(String name, int charsMax) {
        JsonNode node = members.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw ProblemException.field(name, "must be a string");
        }
        String text = node.stringValue().strip();
        if (text.isEmpty()
                || text.length() > charsMax
                || !EventText.isClean(text)
                || text.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.field(name, "must have 1 to " + charsMax + " characters, none a control character");
        }
        return Optional.of(text);
    }

    public Optional<Long> optionalNumber(String name, long min, long max) {
        JsonNode node = members.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            throw ProblemException.field(name, "must be a whole number from " + min + " to " + max);
        }
        return Optional.of(node.longValue());
    }

    public Optional<List<String>> optionalTexts(String name, int countMax, int charsMax) {
        JsonNode node = members.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isArray() || node.isEmpty() || node.size() > countMax) {
            throw ProblemException.field(name, "must be a list of 1 to " + countMax + " strings");
        }
        return Optional.of(node.valueStream()
                .map(each -> {
                    if (!each.isString()
                            || each.stringValue().length() > charsMax
                            || !EventText.isClean(each.stringValue())) {
                        throw ProblemException.field(name, "must be a list of strings");
                    }
                    return each.stringValue();
                })
                .distinct()
                .toList());
    }

    /// A member that is an object itself; without members when it is absent.
    public JsonBody object(String name) {
        JsonNode node = members.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return new JsonBody(bytes, JsonNodeFactory.instance.objectNode());
        }
        if (node instanceof ObjectNode object) {
            return new JsonBody(bytes, object);
        }
        throw ProblemException.field(name, "must be an object");
    }
}
