package dev.tollgate.bench.metering;

import dev.tollgate.bench.ZipfOrder;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/// Events as a few gateways publish them for many tenants: in the order of time, but for `DISORDER` by which their
/// sources run ahead of each other. The same ones in every run of the benchmark, apart from when they happened. One
/// thread owns an instance.
final class SampleEvents {

    static final int TENANTS = 2_000;
    static final double ZIPF_EXPONENT = 1.1;
    static final int LANES = 8;
    static final Duration SPAN = Duration.ofHours(6);
    static final Duration DISORDER = Duration.ofSeconds(2);

    private static final long SEED = 20_261_124L;
    private static final String[] METHODS = {"GET", "GET", "GET", "GET", "POST", "PUT", "DELETE"};
    private static final int[] STATUSES = {200, 200, 200, 200, 200, 200, 201, 204, 304, 400, 404, 500};
    private static final String[] ROUTES = {"orders", "customers", "invoices", "search", "ai", "reports"};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int[] tenants = ZipfOrder.draw(TENANTS, ZIPF_EXPONENT);
    private final long[][] sequences = new long[LANES][Topics.PARTITIONS];
    private final long fromMs;
    private final long events;
    private long drawn;

    /// @param events that are drawn; they spread over `SPAN` and `DISORDER` from `from` on
    SampleEvents(Instant from, long events) {
        this.fromMs = from.toEpochMilli();
        this.events = events;
    }

    RequestEvent next() {
        String tenant = "tenant-%04d".formatted(tenants[(int) drawn & (tenants.length - 1)]);
        int partition = Topics.partitionOf(tenant);
        int lane = random.nextInt(LANES);
        long timeMs = fromMs + SPAN.toMillis() * drawn++ / events + random.nextLong(DISORDER.toMillis());
        String route = ROUTES[random.nextInt(ROUTES.length)];
        boolean ai = route.equals("ai");
        return new RequestEvent(
                UuidV7.of(timeMs, random.nextLong(), random.nextLong()),
                tenant,
                random.nextInt(4) == 0 ? null : "user-" + random.nextInt(10_000),
                ai ? EventType.AI_REQUEST : EventType.API_REQUEST,
                "/api/v1/" + route + "/" + random.nextInt(100_000),
                METHODS[random.nextInt(METHODS.length)],
                route,
                random.nextInt(2_000),
                random.nextInt(8),
                random.nextInt(4) == 0 ? (Long) (long) random.nextInt(500) : null,
                STATUSES[random.nextInt(STATUSES.length)],
                random.nextInt(100_000),
                random.nextInt(4_000),
                null,
                ai ? 10 : 1,
                Instant.ofEpochMilli(timeMs),
                "V1StGXR8_Z5jdHi6B-myT" + lane + "." + partition,
                ++sequences[lane][partition]);
    }
}
