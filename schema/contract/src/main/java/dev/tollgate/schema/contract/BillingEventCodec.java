package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;

/// Bytes of `billing.events.v1` to and from `BillingEvent`.
public final class BillingEventCodec {

    private BillingEventCodec() {}

    public static byte[] encode(BillingEvent event) {
        try (ByteArrayBuilder out = new ByteArrayBuilder()) {
            try (JsonGenerator json = Json.generator(out)) {
                json.writeStartObject();
                json.writeStringProperty("id", event.id().toString());
                json.writeStringProperty("type", event.type());
                json.writeStringProperty("tenantId", event.tenantId());
                json.writeStringProperty(
                        "occurredAt", IsoTime.formatMillis(event.occurredAt().toEpochMilli()));
                json.writeStringProperty("invoiceNumber", event.invoiceNumber());
                json.writeStringProperty("invoiceId", event.invoiceId().toString());
                json.writeStringProperty("periodStart", event.periodStart());
                json.writeStringProperty("periodEnd", event.periodEnd());
                json.writeStringProperty("currency", event.currency());
                json.writeNumberProperty("totalCents", event.totalCents());
                json.writeEndObject();
            }
            return out.toByteArray();
        }
    }

    /// Throws `InvalidFieldException` for anything that is not a billing event.
    public static BillingEvent decode(byte @Nullable [] json) {
        return JsonFields.read(json, Topics.MESSAGE_BYTES_MAX, BillingEventCodec::read);
    }

    private static BillingEvent read(JsonFields fields) {
        UUID id = null;
        String type = null;
        String tenantId = null;
        Instant occurredAt = null;
        String invoiceNumber = null;
        UUID invoiceId = null;
        String periodStart = null;
        String periodEnd = null;
        String currency = null;
        Long totalCents = null;
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "id" -> id = fields.uuid();
                case "type" -> type = fields.text();
                case "tenantId" -> tenantId = fields.text();
                case "occurredAt" -> occurredAt = fields.moment();
                case "invoiceNumber" -> invoiceNumber = fields.text();
                case "invoiceId" -> invoiceId = fields.uuid();
                case "periodStart" -> periodStart = fields.text();
                case "periodEnd" -> periodEnd = fields.text();
                case "currency" -> currency = fields.text();
                case "totalCents" -> totalCents = fields.number();
                default -> fields.skip();
            }
        }
        return new BillingEvent(
                JsonFields.required("id", id),
                JsonFields.required("type", type),
                JsonFields.required("tenantId", tenantId),
                JsonFields.required("occurredAt", occurredAt),
                JsonFields.required("invoiceNumber", invoiceNumber),
                JsonFields.required("invoiceId", invoiceId),
                JsonFields.required("periodStart", periodStart),
                JsonFields.required("periodEnd", periodEnd),
                JsonFields.required("currency", currency),
                JsonFields.required("totalCents", totalCents));
    }
}
