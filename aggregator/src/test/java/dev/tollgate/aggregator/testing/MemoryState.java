package dev.tollgate.aggregator.testing;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.StorageTimeline;
import dev.tollgate.aggregator.topology.FoldState;
import dev.tollgate.aggregator.topology.PartitionState;
import dev.tollgate.schema.contract.SourceSequences;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A fold's state in memory, in its stored form, so that a copy is a snapshot.
public final class MemoryState implements FoldState {

    private byte @Nullable [] partition;
    private int reads;
    private int writes;
    private final Map<HourKey, byte[]> buckets = new HashMap<>();
    private final Map<String, long[]> sequences = new HashMap<>();
    private final Map<String, byte[]> storages = new HashMap<>();

    public MemoryState copy() {
        MemoryState copy = new MemoryState();
        copy.partition = partition;
        copy.buckets.putAll(buckets);
        copy.sequences.putAll(sequences);
        copy.storages.putAll(storages);
        return copy;
    }

    /// Values asked for so far.
    public int reads() {
        return reads;
    }

    /// Values written so far.
    public int writes() {
        return writes;
    }

    public int bucketCount() {
        return buckets.size();
    }

    @Override
    public @Nullable PartitionState partition() {
        reads++;
        return partition == null ? null : PartitionState.fromState(partition);
    }

    @Override
    public void put(PartitionState newPartition) {
        writes++;
        partition = newPartition.toState();
    }

    @Override
    public @Nullable Bucket bucket(HourKey key) {
        reads++;
        byte[] state = buckets.get(key);
        return state == null ? null : Bucket.fromState(key, state);
    }

    @Override
    public void put(Bucket bucket) {
        writes++;
        buckets.put(bucket.key(), bucket.toState());
    }

    @Override
    public void forgetBefore(long hourMs) {
        buckets.keySet().removeIf(key -> key.hourMs() < hourMs);
    }

    @Override
    public @Nullable SourceSequences sequences(String source) {
        reads++;
        long[] state = sequences.get(source);
        return state == null ? null : SourceSequences.fromLongs(state);
    }

    @Override
    public void put(String source, SourceSequences newSequences) {
        writes++;
        sequences.put(source, newSequences.toLongs());
    }

    @Override
    public @Nullable StorageTimeline storage(String tenantId) {
        reads++;
        byte[] state = storages.get(tenantId);
        return state == null ? null : StorageTimeline.fromState(state);
    }

    @Override
    public void put(String tenantId, StorageTimeline storage) {
        writes++;
        storages.put(tenantId, storage.toState());
    }
}
