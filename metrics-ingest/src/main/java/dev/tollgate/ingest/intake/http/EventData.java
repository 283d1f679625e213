package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.Usage;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.FieldRules;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The data of a CloudEvent: members named and measured as in a `RequestEvent`. What is absent or null counts nothing,
/// but for `units`, which is 1 for a request and 0 for anything else. Ranges are the contract's to judge.
final class EventData {

    private static final Set<String> USAGE_MEMBERS = Set.of(
            "tenantId",
            "userId",
            "endpoint",
            "method",
            "route",
            "durationMs",
            "dbQueryCount",
            "dbDurationMs",
            "responseStatus",
            "bytesSent",
            "bytesReceived",
            "bytesStored",
            "units");

    private final JsonNode data;
    private final String path;

    EventData(JsonNode data, Paths paths) {
        this(data, paths.data());
    }

    private EventData(JsonNode data, String path) {
        this.data = data;
        this.path = path;
        if (!data.isObject()) {
            throw CloudEventReader.invalid(path, data.isMissingNode() ? "is missing" : "must be an object");
        }
    }

    Usage usage(EventType type) {
        only(USAGE_MEMBERS);
        Long bytesStored = number("bytesStored");
        if (type == EventType.STORAGE_WRITE && bytesStored == null) {
            throw fault("bytesStored", "is missing: what the tenant stores after the write");
        }
        return new Usage(
                text("userId"),
                text("endpoint"),
                text("method"),
                text("route"),
                numberOr("durationMs", 0),
                numberOr("dbQueryCount", 0),
                number("dbDurationMs"),
                status(),
                numberOr("bytesSent", 0),
                numberOr("bytesReceived", 0),
                bytesStored,
                numberOr("units", type.isRequest() ? 1 : 0));
    }

    void only(Set<String> names) {
        for (String name : data.propertyNames()) {
            if (!names.contains(name)) {
                throw fault(name, "is not a member of this data");
            }
        }
    }

    EventData object(String name) {
        return new EventData(data.path(name), path + "." + name);
    }

    @Nullable
    String text(String name) {
        JsonNode value = data.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw fault(name, "must be a string");
        }
        return value.stringValue();
    }

    String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            throw fault(name, "is missing");
        }
        return text;
    }

    private @Nullable Long number(String name) {
        JsonNode value = data.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw fault(name, "must be a whole number");
        }
        return value.longValue();
    }

    private long numberOr(String name, long otherwise) {
        Long value = number(name);
        return value == null ? otherwise : value;
    }

    private @Nullable Integer status() {
        Long status = number("responseStatus");
        if (status == null) {
            return null;
        }
        if (status < FieldRules.STATUS_MIN || status > FieldRules.STATUS_MAX) {
            throw fault("responseStatus", "must be " + FieldRules.STATUS_MIN + " to " + FieldRules.STATUS_MAX);
        }
        return status.intValue();
    }

    private RuntimeException fault(String name, String reason) {
        return CloudEventReader.invalid(path + "." + name, reason);
    }
}
