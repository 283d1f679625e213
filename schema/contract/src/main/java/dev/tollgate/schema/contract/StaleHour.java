package dev.tollgate.schema.contract;

import java.time.Instant;

/// An hour whose bucket must be recomputed from the raw table.
///
/// @param logPosition position of the event that made it stale; the recomputation must have read past it
public record StaleHour(String tenantId, Instant hourBucket, long logPosition) {

    public StaleHour {
        FieldRules.tenantId(tenantId);
        FieldRules.aligned("hourBucket", hourBucket, BucketKey.SECONDS_PER_HOUR);
        FieldRules.range("logPosition", logPosition, 0, Long.MAX_VALUE);
    }

    public BucketKey key() {
        return new BucketKey(tenantId, hourBucket);
    }
}
