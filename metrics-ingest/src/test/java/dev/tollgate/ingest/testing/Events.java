package dev.tollgate.ingest.testing;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/// Events for tests.
public final class Events {

    public static final Instant TIME = Instant.parse("2026-03-15T10:20:30.456Z");

    private static final RandomGenerator RANDOM = new Random(7);

    private Events() {}

    public static RequestEvent event(String tenant, String source, long sequence) {
        return event(tenant, source, sequence, TIME.plusMillis(sequence));
    }

    public static RequestEvent event(String tenant, String source, long sequence, Instant time) {
        return event(UuidV7.generate(time.toEpochMilli(), RANDOM), tenant, source, sequence, time);
    }

    public static RequestEvent event(UUID id, String tenant, String source, long sequence, Instant time) {
        return new RequestEvent(
                id,
                tenant,
                "user-1",
                EventType.API_REQUEST,
                "/orders/7",
                "GET",
                "orders",
                12,
                3,
                4L,
                200,
                512,
                64,
                null,
                1,
                time,
                source,
                sequence);
    }

    public static List<RequestEvent> events(String tenant, String source, long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(sequence -> event(tenant, source, sequence))
                .toList();
    }
}
