package dev.tollgate.aggregator.reconcile;

import dev.tollgate.aggregator.fold.HourKey;

/// One hour as raw rows and bucket have it, in one snapshot. A side without the hour has sums of 0.
///
/// @param rawPosition the last log position among the raw rows; 0 without rows
/// @param bucketPosition the bucket's revision; 0 without a bucket
/// @param stale whether the hour waits to be recomputed
/// @param repeated rows whose source and sequence another row of the hour carries too
/// @param beyond sources of which the hour has rows that ingest's sequences do not know
public record ComparedHour(
        HourKey key,
        HourSums raw,
        HourSums bucket,
        long rawPosition,
        long bucketPosition,
        boolean stale,
        long repeated,
        long beyond) {

    public boolean differs() {
        return !raw.equals(bucket);
    }

    /// Rows that the bucket counted and the raw table does not have; not above 0 when it has at least as many.
    public long lackedRows() {
        return bucket.eventCount() - raw.eventCount();
    }

    /// Whether both sides tell of the same part of the log, so that a difference is none of time. Then nothing of the
    /// hour is under way: ingest has stored what the bucket holds, the stream has folded what the raw table holds,
    /// and its outcome has reached PostgreSQL.
    ///
    /// @param look taken before the snapshot
    /// @param ingest of the snapshot
    /// @param sink of the snapshot
    public boolean isComparable(LogLook look, IngestProgress ingest, SinkProgress sink) {
        return !stale
                && look.hasFolded(key.tenantId(), rawPosition)
                && ingest.hasStored(key.tenantId(), bucketPosition)
                && sink.hasReached(look, key.tenantId());
    }
}
