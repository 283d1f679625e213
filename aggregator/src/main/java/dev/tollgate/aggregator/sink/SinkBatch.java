package dev.tollgate.aggregator.sink;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.StaleMark;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.InvalidFieldException;
import dev.tollgate.schema.contract.StaleHour;
import dev.tollgate.schema.contract.StaleHourCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What some records of one partition come to: the newest bucket of each hour, or the highest mark of each stale hour.
/// Raw-owned buckets are left out: whoever published them has written the table first.
///
/// One thread owns an instance.
public final class SinkBatch {

    private final Map<HourKey, HourlyBucket> buckets = new HashMap<>();
    private final Map<HourKey, StaleMark> marks = new HashMap<>();

    /// What reading one record came to.
    public sealed interface Read {
        record Taken() implements Read {}

        /// Not a record of this topic; nothing was taken.
        record Unreadable(String reason) implements Read {}
    }

    private static final Read TAKEN = new Read.Taken();

    /// Takes a record of `usage.hourly.v1`; a tombstone, which compaction by hand may leave, says nothing.
    public Read takeBucket(byte @Nullable [] value) {
        if (value == null) {
            return TAKEN;
        }
        try {
            HourlyBucket bucket = BucketCodec.decode(value);
            if (bucket.owner() == HourOwner.STREAM) {
                buckets.merge(HourKey.of(bucket), bucket, (a, b) -> b.logPosition() >= a.logPosition() ? b : a);
            }
            return TAKEN;
        } catch (InvalidFieldException e) {
            return new Read.Unreadable(e.field() + " " + e.reason());
        }
    }

    /// Takes a record of `usage.hourly.stale.v1`.
    ///
    /// @param reason as in `tenant_stale_hours`
    public Read takeStale(byte @Nullable [] value, String reason) {
        try {
            StaleHour hour = StaleHourCodec.decode(value);
            HourKey key = new HourKey(hour.tenantId(), hour.hourBucket().toEpochMilli());
            marks.merge(
                    key,
                    new StaleMark(key, hour.logPosition(), reason),
                    (a, b) -> b.logPosition() >= a.logPosition() ? b : a);
            return TAKEN;
        } catch (InvalidFieldException e) {
            return new Read.Unreadable(e.field() + " " + e.reason());
        }
    }

    public List<HourlyBucket> buckets() {
        return List.copyOf(buckets.values());
    }

    public List<StaleMark> marks() {
        return List.copyOf(marks.values());
    }
}
