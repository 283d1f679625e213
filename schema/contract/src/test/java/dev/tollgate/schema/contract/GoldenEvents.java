package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The events of the golden files as this code builds them, by file name.
final class GoldenEvents {

    private GoldenEvents() {}

    static Map<String, RequestEvent> byName() {
        Map<String, RequestEvent> events = new LinkedHashMap<>();
        events.put(
                "minimal",
                event(
                        "2026-11-24T03:00:00.000Z",
                        0x001,
                        0x0123456789abcdefL,
                        "acme",
                        null,
                        EventType.API_REQUEST,
                        null,
                        null,
                        null,
                        0,
                        0,
                        null,
                        null,
                        0,
                        0,
                        null,
                        0,
                        "lane.0",
                        1));
        events.put(
                "full",
                event(
                        "2026-11-24T03:59:59.999Z",
                        0xfff,
                        -1L,
                        "Globex_Corp-7.eu",
                        "zoë@example.com",
                        EventType.API_REQUEST,
                        "/v1/orders/42/items",
                        "POST",
                        "orders",
                        137,
                        4,
                        21L,
                        201,
                        5120,
                        733,
                        73400320L,
                        1,
                        "k3Jd9sQ2mXw7-a_B.11",
                        4711));
        events.put(
                "ai",
                event(
                        "2028-02-29T23:59:59.001Z",
                        0xabc,
                        42,
                        "initech",
                        null,
                        EventType.AI_REQUEST,
                        "/v1/ai/complete",
                        "POST",
                        "ai",
                        8450,
                        2,
                        null,
                        200,
                        20480,
                        2048,
                        null,
                        10,
                        "0000000000000000.5",
                        99));
        events.put(
                "import",
                event(
                        "2015-05-17T10:05:03.000Z",
                        0x5a5,
                        0x2b2b2b2b2b2b2b2bL,
                        "83.149.9.216",
                        null,
                        EventType.API_REQUEST,
                        "/presentations/logstash-monitorama-2013/images/kibana-search.png",
                        "GET",
                        null,
                        0,
                        0,
                        null,
                        200,
                        203023,
                        0,
                        null,
                        1,
                        "intake.3",
                        10000));
        events.put(
                "failed",
                event(
                        "2026-12-31T23:59:59.500Z",
                        7,
                        8,
                        "hooli",
                        null,
                        EventType.API_REQUEST,
                        "/v1/\"quoted\"/back\\slash/日本/😀",
                        "M-SEARCH",
                        null,
                        2147483647,
                        0,
                        null,
                        503,
                        0,
                        9007199254740991L,
                        null,
                        1000000000,
                        "L.9999",
                        9007199254740991L));
        events.put(
                "db-query",
                event(
                        "2000-01-01T00:00:00.000Z",
                        0,
                        0,
                        "a",
                        null,
                        EventType.DB_QUERY,
                        null,
                        null,
                        null,
                        3,
                        1,
                        3L,
                        null,
                        0,
                        0,
                        null,
                        0,
                        "x.1",
                        2));
        events.put(
                "storage-write",
                event(
                        "2026-11-01T00:00:00.001Z",
                        1,
                        1,
                        "a".repeat(64),
                        null,
                        EventType.STORAGE_WRITE,
                        null,
                        null,
                        null,
                        12,
                        0,
                        null,
                        null,
                        0,
                        1048576,
                        0L,
                        0,
                        "x".repeat(40) + ".12",
                        3));
        events.put("void", voidOf(events, "full", 0x123, 0x0fedcba987654321L, "intake-0011223344556677.11", 7));
        events.put("void-ai", voidOf(events, "ai", 2, 3, "intake-x.5", 1));
        events.put("void-of-nothing-charged", voidOf(events, "minimal", 4, 5, "intake-x.0", 2));
        return events;
    }

    private static RequestEvent voidOf(
            Map<String, RequestEvent> events,
            String original,
            long randomA,
            long randomB,
            String source,
            long sequence) {
        RequestEvent voided = Objects.requireNonNull(events.get(original));
        return voided.voided(UuidV7.of(voided.eventTimeMs(), randomA, randomB), source, sequence);
    }

    private static RequestEvent event(
            String time,
            long randomA,
            long randomB,
            String tenantId,
            @Nullable String userId,
            EventType type,
            @Nullable String endpoint,
            @Nullable String method,
            @Nullable String route,
            long durationMs,
            long dbQueryCount,
            @Nullable Long dbDurationMs,
            @Nullable Integer status,
            long sent,
            long received,
            @Nullable Long stored,
            long units,
            String source,
            long sequence) {
        Instant at = Instant.parse(time);
        UUID id = UuidV7.of(at.toEpochMilli(), randomA, randomB);
        return new RequestEvent(
                id,
                tenantId,
                userId,
                type,
                endpoint,
                method,
                route,
                durationMs,
                dbQueryCount,
                dbDurationMs,
                status,
                sent,
                received,
                stored,
                units,
                at,
                source,
                sequence);
    }
}
