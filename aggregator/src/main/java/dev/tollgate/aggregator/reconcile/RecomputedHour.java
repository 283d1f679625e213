package dev.tollgate.aggregator.reconcile;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.aggregator.fold.StoragePoint;
import dev.tollgate.schema.contract.EventFingerprint;
import org.jspecify.annotations.Nullable;

/// One stale hour while its raw rows are folded, with the same fold that the stream uses.
///
/// One thread owns an instance.
public final class RecomputedHour {

    private final Bucket bucket;
    private @Nullable StoragePoint lastStorage;
    private long rows;
    private long lastPosition = Long.MIN_VALUE;

    /// @param logPosition everything up to here is in the raw table; the least revision of the result
    public RecomputedHour(HourKey key, long logPosition) {
        bucket = new Bucket(key.tenantId(), key.hourMs());
        bucket.touch(logPosition);
    }

    /// Adds the hour's next row; rows come in the order of the log.
    public void add(Measurement row, EventFingerprint fingerprint, long logPosition) {
        if (logPosition < lastPosition) {
            throw new IllegalStateException(
                    "a raw row of " + bucket.key() + " at " + logPosition + " after " + lastPosition);
        }
        lastPosition = logPosition;
        bucket.add(row, fingerprint.of(row.id(), row.eventType(), row.signedUnits(), row.eventTimeMs()), logPosition);
        StoragePoint storage = row.storage();
        if (storage != null && storage.supersedes(lastStorage)) {
            lastStorage = storage;
        }
        rows++;
    }

    public Bucket bucket() {
        return bucket;
    }

    public boolean isEmpty() {
        return rows == 0;
    }

    /// What the tenant stores at the end of the hour.
    ///
    /// @param carried what it stored before the hour
    public @Nullable Long storageBytes(@Nullable Long carried) {
        StoragePoint own = lastStorage;
        return own == null ? carried : Long.valueOf(own.bytes());
    }
}
