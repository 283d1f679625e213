package dev.tollgate.aggregator.topology;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.StorageTimeline;
import dev.tollgate.schema.contract.SourceSequences;
import org.jspecify.annotations.Nullable;

/// The durable state of one partition. What is written becomes durable together with the position in the log and with
/// everything emitted, or not at all. Null means never written.
public interface FoldState {

    @Nullable
    PartitionState partition();

    void put(PartitionState partition);

    @Nullable
    Bucket bucket(HourKey key);

    void put(Bucket bucket);

    /// Forgets the buckets of all hours before this one.
    void forgetBefore(long hourMs);

    @Nullable
    SourceSequences sequences(String source);

    void put(String source, SourceSequences sequences);

    @Nullable
    StorageTimeline storage(String tenantId);

    void put(String tenantId, StorageTimeline storage);
}
