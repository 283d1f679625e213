package dev.tollgate.aggregator.topology.kafka;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.fold.StorageTimeline;
import dev.tollgate.aggregator.topology.FoldState;
import dev.tollgate.aggregator.topology.PartitionState;
import dev.tollgate.schema.contract.SourceSequences;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The state of one partition in two key-value stores. Buckets are keyed by hour (int32, big endian, hours since 1970),
/// then tenant, so that old hours are one range. Everything else is keyed by a letter and a name.
final class StreamsFoldState implements FoldState {

    private static final byte[] PARTITION_KEY = {'p'};

    private final KeyValueStore<byte[], byte[]> buckets;
    private final KeyValueStore<byte[], byte[]> others;

    StreamsFoldState(KeyValueStore<byte[], byte[]> buckets, KeyValueStore<byte[], byte[]> others) {
        this.buckets = buckets;
        this.others = others;
    }

    @Override
    public @Nullable PartitionState partition() {
        byte[] state = others.get(PARTITION_KEY);
        return state == null ? null : PartitionState.fromState(state);
    }

    @Override
    public void put(PartitionState partition) {
        others.put(PARTITION_KEY, partition.toState());
    }

    @Override
    public @Nullable Bucket bucket(HourKey key) {
        byte[] state = buckets.get(bucketKey(key));
        return state == null ? null : Bucket.fromState(key, state);
    }

    @Override
    public void put(Bucket bucket) {
        buckets.put(bucketKey(bucket.key()), bucket.toState());
    }

    @Override
    public void forgetBefore(long hourMs) {
        byte[] from = hourPrefix(0);
        byte[] to = hourPrefix(Math.max(hourMs, 0));
        try (KeyValueIterator<byte[], byte[]> old = buckets.range(from, to)) {
            while (old.hasNext()) {
                buckets.delete(old.next().key);
            }
        }
    }

    @Override
    public @Nullable SourceSequences sequences(String source) {
        byte[] state = others.get(named('s', source));
        if (state == null) {
            return null;
        }
        long[] longs = new long[state.length / Long.BYTES];
        ByteBuffer.wrap(state).asLongBuffer().get(longs);
        return SourceSequences.fromLongs(longs);
    }

    @Override
    public void put(String source, SourceSequences sequences) {
        long[] longs = sequences.toLongs();
        ByteBuffer out = ByteBuffer.allocate(longs.length * Long.BYTES);
        out.asLongBuffer().put(longs);
        others.put(named('s', source), out.array());
    }

    @Override
    public @Nullable StorageTimeline storage(String tenantId) {
        byte[] state = others.get(named('t', tenantId));
        return state == null ? null : StorageTimeline.fromState(state);
    }

    @Override
    public void put(String tenantId, StorageTimeline storage) {
        others.put(named('t', tenantId), storage.toState());
    }

    private static byte[] bucketKey(HourKey key) {
        byte[] tenant = key.tenantId().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + tenant.length)
                .putInt((int) (key.hourMs() / Hours.HOUR_MS))
                .put(tenant)
                .array();
    }

    private static byte[] hourPrefix(long hourMs) {
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) (hourMs / Hours.HOUR_MS))
                .array();
    }

    private static byte[] named(char kind, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put((byte) kind).put(text).array();
    }
}
