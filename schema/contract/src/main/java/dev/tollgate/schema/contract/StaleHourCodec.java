package dev.tollgate.schema.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;

/// Bytes of `usage.hourly.stale.v1` to and from `StaleHour`.
public final class StaleHourCodec {

    private StaleHourCodec() {}

    public static byte[] encode(StaleHour hour) {
        try (ByteArrayBuilder out = new ByteArrayBuilder()) {
            try (JsonGenerator json = Json.generator(out)) {
                json.writeStartObject();
                json.writeStringProperty("tenantId", hour.tenantId());
                json.writeStringProperty("hourBucket", IsoTime.formatSeconds(hour.hourBucket()));
                json.writeStringProperty("logPosition", Long.toString(hour.logPosition()));
                json.writeEndObject();
            }
            return out.toByteArray();
        }
    }

    /// Throws `InvalidFieldException` for anything that is not a stale hour.
    public static StaleHour decode(byte @Nullable [] json) {
        return JsonFields.read(json, Topics.MESSAGE_BYTES_MAX, StaleHourCodec::read);
    }

    private static StaleHour read(JsonFields fields) {
        String tenantId = null;
        Instant hourBucket = null;
        Long logPosition = null;
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "tenantId" -> tenantId = fields.text();
                case "hourBucket" -> hourBucket = fields.second();
                case "logPosition" -> logPosition = fields.numberText();
                default -> fields.skip();
            }
        }
        return new StaleHour(
                JsonFields.required("tenantId", tenantId),
                JsonFields.required("hourBucket", hourBucket),
                JsonFields.required("logPosition", logPosition));
    }
}
