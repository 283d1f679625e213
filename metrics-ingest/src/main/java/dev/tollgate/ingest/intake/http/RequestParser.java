package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Splits a request's body into CloudEvents by its media type. What concerns the whole body ends with a problem; what
/// concerns one event becomes a bad item.
final class RequestParser {

    static final int NESTING_MAX = 16;

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RequestParser() {}

    /// @param isList whether the answer tells of each item
    record Parsed(List<Item> items, boolean isList) {}

    static Parsed parse(String mediaType, String body, HttpServletRequest request, TenantKey key) {
        CloudEventReader reader = new CloudEventReader(key);
        return switch (mediaType) {
            case MediaTypes.STRUCTURED -> new Parsed(List.of(reader.structured(json(body), Paths.STRUCTURED)), false);
            case MediaTypes.JSON -> new Parsed(List.of(binary(reader, body, request)), false);
            case MediaTypes.BATCH -> new Parsed(batch(reader, json(body)), true);
            case MediaTypes.LINES -> new Parsed(lines(reader, body), true);
            default ->
                throw unsupported("send CloudEvents as " + MediaTypes.STRUCTURED + ", " + MediaTypes.BATCH + ", "
                        + MediaTypes.LINES + ", or " + MediaTypes.JSON + " with ce- fields");
        };
    }

    static ProblemException unsupported(String detail) {
        return ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    private static Item binary(CloudEventReader reader, String body, HttpServletRequest request) {
        JsonNode data = json(body);
        return reader.binary(
                name -> name.equals("datacontenttype")
                        ? request.getContentType()
                        : decoded(request.getHeader("ce-" + name), name),
                data);
    }

    /// CloudEvents' HTTP binding writes what header fields cannot hold as percent-encoded UTF-8; a plus is itself.
    private static @Nullable String decoded(@Nullable String value, String name) {
        if (value == null || value.indexOf('%') < 0) {
            return value;
        }
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw CloudEventReader.invalid(Paths.BINARY.attribute(name), "must be percent-encoded UTF-8");
        }
    }

    private static List<Item> batch(CloudEventReader reader, JsonNode body) {
        if (!body.isArray()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "a batch must be a JSON array of CloudEvents");
        }
        requireFew(body.size());
        List<Item> items = new ArrayList<>(body.size());
        for (int i = 0; i < body.size(); i++) {
            items.add(reader.structured(body.get(i), Paths.inBatch(i)));
        }
        return items;
    }

    private static List<Item> lines(CloudEventReader reader, String body) {
        List<String> lines = body.lines()
                .filter(line -> !line.isBlank())
                .limit(Intake.BATCH_MAX + 1L)
                .toList();
        requireFew(lines.size());
        return lines.stream().map(line -> line(reader, line)).toList();
    }

    private static Item line(CloudEventReader reader, String line) {
        try {
            return reader.structured(json(line), Paths.STRUCTURED);
        } catch (ProblemException malformed) {
            return new Item.Bad(Paths.STRUCTURED, null, malformed.problem());
        }
    }

    private static void requireFew(int items) {
        if (items > Intake.BATCH_MAX) {
            throw new ProblemException(
                    Problem.of(ProblemType.BODY_TOO_LARGE, "a request may have " + Intake.BATCH_MAX + " events")
                            .with("itemsMax", Intake.BATCH_MAX));
        }
    }

    private static JsonNode json(String body) {
        try {
            return STRICT.readTree(body);
        } catch (JacksonException malformed) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST, "the body is not JSON: " + malformed.getOriginalMessage());
        }
    }
}
