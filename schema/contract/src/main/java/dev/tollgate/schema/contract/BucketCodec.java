package dev.tollgate.schema.contract;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;

/// Bytes of `usage.hourly.v1` to and from `HourlyBucket`.
public final class BucketCodec {

    private static final int BUCKET_BYTES_USUAL = 2_048;

    private BucketCodec() {}

    public static byte[] encode(HourlyBucket bucket) {
        try (ByteArrayBuilder out = new ByteArrayBuilder(BUCKET_BYTES_USUAL)) {
            try (JsonGenerator json = Json.generator(out)) {
                json.writeStartObject();
                write(bucket, json);
                json.writeEndObject();
            }
            return out.toByteArray();
        }
    }

    /// Throws `InvalidFieldException` for anything that is not a bucket.
    public static HourlyBucket decode(byte @Nullable [] json) {
        return JsonFields.read(json, Topics.MESSAGE_BYTES_MAX, fields -> new BucketDraft().read(fields));
    }

    private static void write(HourlyBucket bucket, JsonGenerator json) {
        json.writeStringProperty("tenantId", bucket.tenantId());
        json.writeStringProperty("hourBucket", IsoTime.formatSeconds(bucket.hourBucket()));
        json.writeNumberProperty("eventCount", bucket.eventCount());
        json.writeNumberProperty("totalRequests", bucket.totalRequests());
        json.writeNumberProperty("billableRequests", bucket.billableRequests());
        json.writeNumberProperty("successfulRequests", bucket.successfulRequests());
        json.writeNumberProperty("failedRequests", bucket.failedRequests());
        json.writeNumberProperty("aiRequests", bucket.aiRequests());
        json.writeNumberProperty("units", bucket.units());
        json.writeNumberProperty("totalDurationMs", bucket.totalDurationMs());
        json.writeNumberProperty("avgDurationMs", bucket.avgDurationMs());
        number(json, "p50DurationMs", bucket.p50DurationMs());
        number(json, "p95DurationMs", bucket.p95DurationMs());
        number(json, "p99DurationMs", bucket.p99DurationMs());
        json.writeNumberProperty("totalDbQueries", bucket.totalDbQueries());
        json.writeNumberProperty("totalBytesSent", bucket.totalBytesSent());
        json.writeNumberProperty("totalBytesReceived", bucket.totalBytesReceived());
        number(json, "storageBytes", bucket.storageBytes());
        json.writeStringProperty("fingerprint", Long.toString(bucket.fingerprint()));
        json.writeStringProperty("logPosition", Long.toString(bucket.logPosition()));
        json.writeStringProperty("owner", bucket.owner().wireName());
        json.writeStringProperty("sketch", Base64.getEncoder().encodeToString(bucket.sketch()));
        if (!bucket.routes().isEmpty()) {
            json.writeName("routes").writeStartArray();
            bucket.routes().forEach(usage -> RouteUsageCodec.write(usage, json));
            json.writeEndArray();
        }
    }

    private static void number(JsonGenerator json, String name, @Nullable Long value) {
        if (value != null) {
            json.writeNumberProperty(name, value);
        }
    }
}
