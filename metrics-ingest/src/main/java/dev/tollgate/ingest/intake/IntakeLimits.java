package dev.tollgate.ingest.intake;

import java.time.Duration;
import java.time.Instant;

/// How old an event may be, and how far ahead of this host's clock.
public record IntakeLimits(Duration ageMax, Duration futureMax) {

    /// For logs of the past: any age that an event can have.
    public static final IntakeLimits HISTORY = new IntakeLimits(Duration.ofDays(366 * 200L), Duration.ofMinutes(5));

    boolean allow(Instant time, Instant now) {
        return !time.isBefore(now.minus(ageMax)) && !time.isAfter(now.plus(futureMax));
    }
}
