package dev.tollgate.bench;

import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.UuidV7;
import dev.tollgate.schema.contract.Validated;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

/// One event there and back: encoded, then read with all checks. The other side is data binding of the same JSON into
/// a record, which checks the types only.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx256m")
public class CodecBenchmark {

    private static final long NOW_MS = 1_763_950_000_123L;

    private final RequestEvent event = new RequestEvent(
            UuidV7.of(NOW_MS, 0x123, 0x456_789AL),
            "acme",
            "user-17",
            EventType.API_REQUEST,
            "/api/bookings",
            "GET",
            "api",
            12,
            2,
            null,
            200,
            5_120,
            0,
            null,
            1,
            Instant.ofEpochMilli(NOW_MS),
            "V1StGXR8_Z5jdHi6B-myTA.3",
            123_456);
    private final JsonMapper mapper = new JsonMapper();
    private final Bound bound = mapper.readValue(EventCodec.encode(event), Bound.class);

    /// The event as a data binder sees it.
    public record Bound(
            String id,
            String tenantId,
            String userId,
            String eventType,
            String endpoint,
            String method,
            String route,
            long durationMs,
            long dbQueryCount,
            int responseStatus,
            long bytesSent,
            long bytesReceived,
            long units,
            String eventTime,
            String source,
            long sequence) {}

    @Benchmark
    public Validated codec() {
        return EventCodec.validate(EventCodec.encode(event), NOW_MS);
    }

    @Benchmark
    public Bound dataBinding() {
        return mapper.readValue(mapper.writeValueAsBytes(bound), Bound.class);
    }
}
