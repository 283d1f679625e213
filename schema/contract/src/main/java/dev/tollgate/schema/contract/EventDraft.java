package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Collects the fields of one event in whatever order they come.
final class EventDraft {

    private @Nullable UUID id;
    private @Nullable String tenantId;
    private @Nullable String userId;
    private @Nullable EventType eventType;
    private @Nullable String endpoint;
    private @Nullable String method;
    private @Nullable String route;
    private @Nullable Long durationMs;
    private @Nullable Long dbQueryCount;
    private @Nullable Long dbDurationMs;
    private @Nullable Integer responseStatus;
    private @Nullable Long bytesSent;
    private @Nullable Long bytesReceived;
    private @Nullable Long bytesStored;
    private @Nullable Long units;
    private @Nullable Instant eventTime;
    private @Nullable String source;
    private @Nullable Long sequence;
    private @Nullable UUID voids;

    RequestEvent read(JsonFields fields) {
        for (String name = fields.next(); name != null; name = fields.next()) {
            take(name, fields);
        }
        return build();
    }

    private void take(String name, JsonFields fields) {
        switch (name) {
            case "id" -> id = fields.uuid();
            case "tenantId" -> tenantId = fields.text();
            case "userId" -> userId = fields.text();
            case "eventType" -> eventType = eventType(fields);
            case "endpoint" -> endpoint = fields.text();
            case "method" -> method = fields.text();
            case "route" -> route = fields.text();
            case "durationMs" -> durationMs = fields.number();
            case "dbQueryCount" -> dbQueryCount = fields.number();
            case "dbDurationMs" -> dbDurationMs = fields.number();
            case "responseStatus" -> responseStatus = status(fields);
            case "bytesSent" -> bytesSent = fields.number();
            case "bytesReceived" -> bytesReceived = fields.number();
            case "bytesStored" -> bytesStored = fields.number();
            case "units" -> units = fields.number();
            case "eventTime" -> eventTime = fields.moment();
            case "source" -> source = fields.text();
            case "sequence" -> sequence = fields.number();
            case "voids" -> voids = fields.uuid();
            default -> fields.skip();
        }
    }

    private RequestEvent build() {
        return new RequestEvent(
                JsonFields.required("id", id),
                JsonFields.required("tenantId", tenantId),
                userId,
                JsonFields.required("eventType", eventType),
                endpoint,
                method,
                route,
                JsonFields.required("durationMs", durationMs),
                JsonFields.required("dbQueryCount", dbQueryCount),
                dbDurationMs,
                responseStatus,
                JsonFields.required("bytesSent", bytesSent),
                JsonFields.required("bytesReceived", bytesReceived),
                bytesStored,
                JsonFields.required("units", units),
                JsonFields.required("eventTime", eventTime),
                JsonFields.required("source", source),
                JsonFields.required("sequence", sequence),
                voids);
    }

    private static EventType eventType(JsonFields fields) {
        EventType type = EventType.fromWireName(fields.text());
        if (type == null) {
            throw fields.fault("must be api_request, db_query, storage_write or ai_request");
        }
        return type;
    }

    private static int status(JsonFields fields) {
        long status = fields.number();
        FieldRules.range("responseStatus", status, FieldRules.STATUS_MIN, FieldRules.STATUS_MAX);
        return (int) status;
    }
}
