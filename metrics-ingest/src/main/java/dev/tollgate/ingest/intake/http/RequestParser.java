package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.ProblemException;
import dev.tollgate.schema.contract.EventText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// Splits a request's body into CloudEvents by its media type. What concerns the whole body ends with a problem; what
/// concerns one event becomes a bad item.
final class RequestParser {

    static final int NESTING_MAX = 16;

    /// Brackets, names and values of one JSON text; with it the heap of a parsed body is bounded, whatever it is made
    /// of.
    /// An event with all its members has about 50.
    static final int TOKENS_MAX = 100 * Intake.BATCH_MAX;

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(100)
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectReader ELEMENT = STRICT.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private RequestParser() {}

    /// @param isList whether the answer tells of each item
    record Parsed(List<Item> items, boolean isList) {}

    static Parsed parse(String mediaType, String body, HttpServletRequest request, TenantKey key) {
        CloudEventReader reader = new CloudEventReader(key);
        return switch (mediaType) {
            case MediaTypes.STRUCTURED -> new Parsed(List.of(reader.structured(json(body), Paths.STRUCTURED)), false);
            case MediaTypes.JSON -> new Parsed(List.of(binary(reader, body, request)), false);
            case MediaTypes.BATCH -> new Parsed(batch(reader, body), true);
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
        HeaderFields fields = new HeaderFields(request);
        return reader.binary(
                name -> name.equals("datacontenttype") ? request.getContentType() : fields.attribute(name), json(body));
    }

    /// Reads one event after the other, so that too many of them are noticed before they are all in memory.
    private static List<Item> batch(CloudEventReader reader, String body) {
        List<Item> items = new ArrayList<>();
        try (JsonParser json = STRICT.createParser(body)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw ProblemException.of(ProblemType.BAD_REQUEST, "a batch must be a JSON array of CloudEvents");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                requireFew(items.size() + 1);
                JsonNode event = ELEMENT.readTree(json);
                items.add(reader.structured(event, Paths.inBatch(items.size())));
            }
            if (json.nextToken() != null) {
                throw ProblemException.of(ProblemType.BAD_REQUEST, "the body is not JSON: something follows the array");
            }
            return items;
        } catch (JacksonException malformed) {
            throw notJson(malformed);
        }
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
            throw notJson(malformed);
        }
    }

    private static ProblemException notJson(JacksonException malformed) {
        String why = EventText.clean(malformed.getOriginalMessage(), CloudEventReader.ECHO_CHARS_MAX);
        return ProblemException.of(ProblemType.BAD_REQUEST, "the body is not JSON: " + why);
    }
}
