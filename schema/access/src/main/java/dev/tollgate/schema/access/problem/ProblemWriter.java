package dev.tollgate.schema.access.problem;

import dev.tollgate.schema.contract.EventText;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/// Writes problems as JSON. Text that came from a client may hold what UTF-8 cannot; it is replaced.
final class ProblemWriter {

    /// The longest string that a problem repeats to its reader.
    static final int TEXT_CHARS_MAX = 4_096;

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private ProblemWriter() {}

    static byte[] write(Problem problem) {
        try (ByteArrayBuilder out = new ByteArrayBuilder()) {
            try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
                json.writeStartObject();
                text(json, "type", problem.type());
                text(json, "title", problem.title());
                json.writeNumberProperty("status", problem.status());
                text(json, "detail", problem.detail());
                text(json, "instance", problem.instance());
                for (Map.Entry<String, Object> extension : problem.extensions().entrySet()) {
                    json.writeName(extension.getKey());
                    value(json, extension.getValue());
                }
                json.writeEndObject();
            }
            return out.toByteArray();
        }
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, EventText.clean(value, TEXT_CHARS_MAX));
        }
    }

    private static void value(JsonGenerator json, Object value) {
        switch (value) {
            case String text -> json.writeString(EventText.clean(text, TEXT_CHARS_MAX));
            case Integer number -> json.writeNumber(number.intValue());
            case Long number -> json.writeNumber(number.longValue());
            case Boolean bool -> json.writeBoolean(bool);
            case Iterable<?> items -> array(json, items);
            case Map<?, ?> members -> object(json, members);
            default ->
                throw new IllegalArgumentException(
                        "a problem cannot hold a " + value.getClass().getName());
        }
    }

    private static void array(JsonGenerator json, Iterable<?> items) {
        json.writeStartArray();
        for (Object item : items) {
            value(json, item);
        }
        json.writeEndArray();
    }

    private static void object(JsonGenerator json, Map<?, ?> members) {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            json.writeName(member.getKey().toString());
            value(json, member.getValue());
        }
        json.writeEndObject();
    }
}
