package dev.tollgate.schema.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;

/// Bytes of `quota.violations.v1` to and from `QuotaViolation`.
public final class QuotaViolationCodec {

    private QuotaViolationCodec() {}

    public static byte[] encode(QuotaViolation violation) {
        try (ByteArrayBuilder out = new ByteArrayBuilder()) {
            try (JsonGenerator json = Json.generator(out)) {
                json.writeStartObject();
                json.writeStringProperty("tenantId", violation.tenantId());
                json.writeStringProperty("quotaType", violation.quotaType());
                json.writeNumberProperty("limitValue", violation.limitValue());
                json.writeNumberProperty("currentValue", violation.currentValue());
                text(json, "endpoint", violation.endpoint());
                text(json, "route", violation.route());
                json.writeNumberProperty("deniedCount", violation.deniedCount());
                json.writeStringProperty("minute", IsoTime.formatSeconds(violation.minute()));
                json.writeEndObject();
            }
            return out.toByteArray();
        }
    }

    /// Throws `InvalidFieldException` for anything that is not a violation.
    public static QuotaViolation decode(byte @Nullable [] json) {
        return JsonFields.read(json, Topics.MESSAGE_BYTES_MAX, QuotaViolationCodec::read);
    }

    private static QuotaViolation read(JsonFields fields) {
        String tenantId = null;
        String quotaType = null;
        Long limitValue = null;
        Long currentValue = null;
        String endpoint = null;
        String route = null;
        Long deniedCount = null;
        Instant minute = null;
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "tenantId" -> tenantId = fields.text();
                case "quotaType" -> quotaType = fields.text();
                case "limitValue" -> limitValue = fields.number();
                case "currentValue" -> currentValue = fields.number();
                case "endpoint" -> endpoint = fields.text();
                case "route" -> route = fields.text();
                case "deniedCount" -> deniedCount = fields.number();
                case "minute" -> minute = fields.second();
                default -> fields.skip();
            }
        }
        return new QuotaViolation(
                JsonFields.required("tenantId", tenantId),
                JsonFields.required("quotaType", quotaType),
                JsonFields.required("limitValue", limitValue),
                JsonFields.required("currentValue", currentValue),
                endpoint,
                route,
                JsonFields.required("deniedCount", deniedCount),
                JsonFields.required("minute", minute));
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }
}
