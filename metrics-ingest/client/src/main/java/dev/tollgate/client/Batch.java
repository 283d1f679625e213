package dev.tollgate.client;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// Events of one tenant that travel together, with how often they were tried. Used by the sender's thread alone.
final class Batch {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    /// An event with the id that it keeps through all attempts.
    record Entry(String tenantId, String id, UsageEvent event, long takenNanos) {}

    final String tenantId;
    final List<Entry> entries;
    int attempts;
    long dueNanos;

    Batch(String tenantId, List<Entry> entries, long dueNanos) {
        this.tenantId = tenantId;
        this.entries = List.copyOf(entries);
        this.dueNanos = dueNanos;
    }

    /// When the oldest event was taken.
    long takenNanos() {
        return entries.getFirst().takenNanos;
    }

    /// A CloudEvents batch.
    byte[] toJson(String source) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartArray();
            for (Entry entry : entries) {
                json.writeStartObject();
                json.writeStringProperty("specversion", "1.0");
                json.writeStringProperty("type", entry.event.type().cloudEventType());
                json.writeStringProperty("source", source);
                json.writeStringProperty("id", entry.id);
                json.writeStringProperty("time", entry.event.time().toString());
                json.writeName("data");
                data(json, entry.event);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.toByteArray();
    }

    private static void data(JsonGenerator json, UsageEvent event) {
        json.writeStartObject();
        text(json, "userId", event.userId());
        text(json, "endpoint", event.endpoint());
        text(json, "method", event.method());
        text(json, "route", event.route());
        number(json, "durationMs", event.durationMs());
        number(json, "dbQueryCount", event.dbQueryCount());
        number(json, "responseStatus", event.responseStatus());
        number(json, "bytesSent", event.bytesSent());
        number(json, "bytesReceived", event.bytesReceived());
        number(json, "bytesStored", event.bytesStored());
        number(json, "units", event.units());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    private static void number(JsonGenerator json, String name, @Nullable Number value) {
        if (value != null) {
            json.writeNumberProperty(name, value.longValue());
        }
    }
}
