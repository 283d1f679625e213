package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// Names one hour of one tenant: the key of `usage.hourly.v1` and `usage.hourly.stale.v1`, as text
/// `tenant|2026-11-24T03:00:00Z`.
public record BucketKey(String tenantId, Instant hourBucket) {

    public static final long SECONDS_PER_HOUR = 3_600L;

    public BucketKey {
        FieldRules.tenantId(tenantId);
        FieldRules.aligned("hourBucket", hourBucket, SECONDS_PER_HOUR);
    }

    /// The hour in which the moment lies.
    public static Instant hourOf(long epochMs) {
        return Instant.ofEpochSecond(Math.floorDiv(epochMs, SECONDS_PER_HOUR * 1_000) * SECONDS_PER_HOUR);
    }

    public String text() {
        return tenantId + "|" + IsoTime.formatSeconds(hourBucket);
    }

    public byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    /// The inverse of `text`; empty for anything that `text` does not write.
    public static Optional<BucketKey> parse(String text) {
        int bar = text.indexOf('|');
        if (bar < 0) {
            return Optional.empty();
        }
        long hourMs = IsoTime.parseSeconds(text.substring(bar + 1));
        if (hourMs == IsoTime.MALFORMED) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BucketKey(text.substring(0, bar), Instant.ofEpochMilli(hourMs)));
        } catch (InvalidFieldException e) {
            return Optional.empty();
        }
    }
}
