package dev.tollgate.bench.metering;

import dev.tollgate.bench.ZipfOrder;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/// Events as a few gateways publish them for many tenants. The same ones in every run of the benchmark, apart from
/// when they happened. One thread owns an instance.
public final class SampleEvents {

    public static final int TENANTS = 2_000;
    static final double ZIPF_EXPONENT = 1.1;
    static final int LANES = 8;
    static final Duration SPAN = Duration.ofHours(6);

    /// By so much the sources of a log run ahead of each other.
    static final Duration DISORDER = Duration.ofSeconds(2);

    private static final long SEED = 20_261_124L;
    private static final String[] METHODS = {"GET", "GET", "GET", "GET", "POST", "PUT", "DELETE"};
    private static final int[] STATUSES = {200, 200, 200, 200, 200, 200, 201, 204, 304, 400, 404, 500};
    private static final String[] ROUTES = {"orders", "customers", "invoices", "search", "ai", "reports"};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int[] tenants = ZipfOrder.draw(TENANTS, ZIPF_EXPONENT);
    private final long[][] sequences = new long[LANES][Topics.PARTITIONS];
    private int drawn;

    /// @param number from 0 to below `TENANTS`
    public static String tenantId(int number) {
        return "tenant-%04d".formatted(number);
    }

    /// The next event of a log: in the order of time, but for `DISORDER`.
    ///
    /// @param fromMs where the log begins
    /// @param share of `SPAN` that has gone by, from 0 to below 1
    RequestEvent nextOfLog(long fromMs, double share) {
        return next(fromMs + (long) (SPAN.toMillis() * share) + random.nextLong(DISORDER.toMillis()));
    }

    public RequestEvent next(long timeMs) {
        String tenant = tenantId(tenants[drawn++ & (tenants.length - 1)]);
        int partition = Topics.partitionOf(tenant);
        int lane = random.nextInt(LANES);
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
