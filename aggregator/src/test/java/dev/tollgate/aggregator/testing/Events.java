package dev.tollgate.aggregator.testing;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.RouteUsage;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes events as a gateway would: one source, dense sequences, everything else drawn from a seed.
public final class Events {

    private final String source;
    private final SplittableRandom random;
    private long sequence;

    public Events(String source, long seed) {
        this.source = source;
        this.random = new SplittableRandom(seed);
    }

    /// Some event of any type.
    public RequestEvent any(String tenantId, Instant time) {
        EventType type = EventType.values()[random.nextInt(EventType.values().length)];
        Long stored = type == EventType.STORAGE_WRITE ? Long.valueOf(random.nextLong(1L << 40)) : null;
        return of(tenantId, time, type, stored, anyRoute());
    }

    /// More routes than an hour tells apart, some of them seldom, and what takes no place among them.
    private @Nullable String anyRoute() {
        return switch (random.nextInt(20)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> RouteUsage.NONE;
            case 3 -> RouteUsage.OTHER;
            default -> "route-é-" + random.nextInt(1 + random.nextInt(60));
        };
    }

    public RequestEvent request(String tenantId, Instant time) {
        return of(tenantId, time, EventType.API_REQUEST, null, "things");
    }

    public RequestEvent storage(String tenantId, Instant time, long bytesStored) {
        return of(tenantId, time, EventType.STORAGE_WRITE, bytesStored, null);
    }

    /// What takes an event back.
    public RequestEvent voidOf(RequestEvent event) {
        UUID id = UuidV7.of(event.eventTimeMs(), random.nextLong(), random.nextLong());
        return event.voided(id, source, ++sequence);
    }

    private RequestEvent of(
            String tenantId, Instant time, EventType type, @Nullable Long bytesStored, @Nullable String route) {
        int[] statuses = {200, 201, 302, 404, 429, 500};
        return new RequestEvent(
                UuidV7.of(time.toEpochMilli(), random.nextLong(), random.nextLong()),
                tenantId,
                null,
                type,
                "/v1/things",
                "GET",
                route,
                random.nextInt(10) == 0 ? random.nextLong(10_000_000) : random.nextLong(400),
                random.nextLong(5),
                null,
                type.isRequest() ? Integer.valueOf(statuses[random.nextInt(statuses.length)]) : null,
                random.nextLong(100_000),
                random.nextLong(10_000),
                bytesStored,
                random.nextLong(3),
                time,
                source,
                ++sequence);
    }

    /// Sources by partition, since a source belongs to one.
    public static final class PerPartition {

        private final String prefix;
        private final Map<Integer, Events> byPartition = new HashMap<>();

        public PerPartition(String prefix) {
            this.prefix = prefix;
        }

        public Events at(int partition) {
            return byPartition.computeIfAbsent(partition, p -> new Events(prefix + "." + p, p));
        }
    }
}
