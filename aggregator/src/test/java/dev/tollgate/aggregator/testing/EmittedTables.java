package dev.tollgate.aggregator.testing;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.topology.FoldOutput;
import dev.tollgate.aggregator.topology.StaleReason;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.StaleHour;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a reader of the fold's output ends up with: the last bucket of each hour, the last mark of each stale hour.
public final class EmittedTables implements FoldOutput {

    private final Map<HourKey, String> buckets = new TreeMap<>();
    private final Map<HourKey, StaleReason> reasons = new TreeMap<>();
    private final Map<HourKey, Long> positions = new TreeMap<>();
    private int emissions;

    @Override
    public void bucket(HourlyBucket bucket) {
        emissions++;
        buckets.put(HourKey.of(bucket), new String(BucketCodec.encode(bucket), StandardCharsets.UTF_8));
    }

    @Override
    public void stale(StaleHour hour, StaleReason reason) {
        HourKey key = new HourKey(hour.tenantId(), hour.hourBucket().toEpochMilli());
        reasons.put(key, reason);
        positions.merge(key, hour.logPosition(), Math::max);
    }

    /// Everything as text, byte for byte.
    public String text() {
        return buckets + "\n" + reasons + "\n" + positions;
    }

    public int emissions() {
        return emissions;
    }

    /// The bucket of an hour that must have been emitted.
    public HourlyBucket bucketOf(HourKey key) {
        String json = buckets.get(key);
        if (json == null) {
            throw new AssertionError("no bucket of " + key);
        }
        return BucketCodec.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    /// The last bucket of each hour.
    public List<HourlyBucket> buckets() {
        return buckets.values().stream()
                .map(json -> BucketCodec.decode(json.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    public Map<HourKey, StaleReason> staleReasons() {
        return reasons;
    }
}
