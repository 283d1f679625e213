package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the fields of one bucket in whatever order they come. The average is not read: it follows from
/// the totals.
final class BucketDraft {

    private @Nullable String tenantId;
    private @Nullable Instant hourBucket;
    private @Nullable Long eventCount;
    private @Nullable Long totalRequests;
    private @Nullable Long billableRequests;
    private @Nullable Long successfulRequests;
    private @Nullable Long failedRequests;
    private @Nullable Long aiRequests;
    private @Nullable Long units;
    private @Nullable Long totalDurationMs;
    private @Nullable Long p50DurationMs;
    private @Nullable Long p95DurationMs;
    private @Nullable Long p99DurationMs;
    private @Nullable Long totalDbQueries;
    private @Nullable Long totalBytesSent;
    private @Nullable Long totalBytesReceived;
    private @Nullable Long storageBytes;
    private @Nullable Long fingerprint;
    private @Nullable Long logPosition;
    private @Nullable HourOwner owner;
    private byte @Nullable [] sketch;
    private List<RouteUsage> routes = List.of();

    HourlyBucket read(JsonFields fields) {
        for (String name = fields.next(); name != null; name = fields.next()) {
            take(name, fields);
        }
        return build();
    }

    private void take(String name, JsonFields fields) {
        switch (name) {
            case "tenantId" -> tenantId = fields.text();
            case "hourBucket" -> hourBucket = fields.second();
            case "eventCount" -> eventCount = fields.number();
            case "totalRequests" -> totalRequests = fields.number();
            case "billableRequests" -> billableRequests = fields.number();
            case "successfulRequests" -> successfulRequests = fields.number();
            case "failedRequests" -> failedRequests = fields.number();
            case "aiRequests" -> aiRequests = fields.number();
            case "units" -> units = fields.number();
            case "totalDurationMs" -> totalDurationMs = fields.number();
            case "p50DurationMs" -> p50DurationMs = fields.number();
            case "p95DurationMs" -> p95DurationMs = fields.number();
            case "p99DurationMs" -> p99DurationMs = fields.number();
            case "totalDbQueries" -> totalDbQueries = fields.number();
            case "totalBytesSent" -> totalBytesSent = fields.number();
            case "totalBytesReceived" -> totalBytesReceived = fields.number();
            case "storageBytes" -> storageBytes = fields.number();
            case "fingerprint" -> fingerprint = fields.numberText();
            case "logPosition" -> logPosition = fields.numberText();
            case "owner" -> owner = owner(fields);
            case "sketch" -> sketch = base64(fields);
            case "routes" -> routes = fields.objects(RouteUsage.PARTS_MAX, RouteUsageCodec::read);
            default -> fields.skip();
        }
    }

    private HourlyBucket build() {
        return new HourlyBucket(
                JsonFields.required("tenantId", tenantId),
                JsonFields.required("hourBucket", hourBucket),
                JsonFields.required("eventCount", eventCount),
                JsonFields.required("totalRequests", totalRequests),
                JsonFields.required("billableRequests", billableRequests),
                JsonFields.required("successfulRequests", successfulRequests),
                JsonFields.required("failedRequests", failedRequests),
                JsonFields.required("aiRequests", aiRequests),
                JsonFields.required("units", units),
                JsonFields.required("totalDurationMs", totalDurationMs),
                p50DurationMs,
                p95DurationMs,
                p99DurationMs,
                JsonFields.required("totalDbQueries", totalDbQueries),
                JsonFields.required("totalBytesSent", totalBytesSent),
                JsonFields.required("totalBytesReceived", totalBytesReceived),
                storageBytes,
                JsonFields.required("fingerprint", fingerprint),
                JsonFields.required("logPosition", logPosition),
                JsonFields.required("owner", owner),
                JsonFields.required("sketch", sketch),
                routes);
    }

    private static HourOwner owner(JsonFields fields) {
        HourOwner owner = HourOwner.fromWireName(fields.text());
        if (owner == null) {
            throw fields.fault("must be stream or raw");
        }
        return owner;
    }

    private static byte[] base64(JsonFields fields) {
        try {
            return Base64.getDecoder().decode(fields.text());
        } catch (IllegalArgumentException e) {
            if (e instanceof InvalidFieldException fault) {
                throw fault;
            }
            throw fields.fault("must be base64");
        }
    }
}
