package dev.tollgate.aggregator.reconcile.postgres;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// Moments as PostgreSQL takes them.
final class Times {

    private Times() {}

    static String text(long epochMs) {
        return Instant.ofEpochMilli(epochMs).toString();
    }

    static OffsetDateTime of(long epochMs) {
        return of(Instant.ofEpochMilli(epochMs));
    }

    static OffsetDateTime of(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC);
    }
}
