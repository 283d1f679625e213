package dev.tollgate.aggregator.topology.kafka;

import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// `usage.requests.v1` → fold → `usage.hourly.v1` and `usage.hourly.stale.v1`: one processor, one task per partition.
public final class AggregatorTopology {

    private AggregatorTopology() {}

    /// @param generation of `usage.requests.v1`
    /// @param workingHoursMax buckets that each task keeps in memory
    /// @param emitInterval fresh changes are emitted and committed this often
    public static Topology build(
            int generation,
            int workingHoursMax,
            Duration emitInterval,
            FoldCounters counters,
            StrikePoints strikePoints) {
        StreamPartitioner<byte[], byte[]> byTenant =
                (topic, key, value, partitions) -> Optional.of(Set.of(Topics.partitionOf(tenantOf(key))));
        ProcessorSupplier<byte[], byte[], byte[], byte[]> fold = new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], byte[], byte[], byte[]> get() {
                return new FoldProcessor(generation, workingHoursMax, emitInterval, counters, strikePoints);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(store(FoldProcessor.BUCKETS), store(FoldProcessor.OTHERS), new BeforeCommit.Builder());
            }
        };
        ByteArraySerializer serializer = new ByteArraySerializer();
        ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
        return new Topology()
                .addSource("requests", deserializer, deserializer, Topics.USAGE_REQUESTS)
                .addProcessor("fold", fold, "requests")
                .addSink(FoldProcessor.HOURLY_SINK, Topics.USAGE_HOURLY, serializer, serializer, byTenant, "fold")
                .addSink(FoldProcessor.STALE_SINK, Topics.USAGE_HOURLY_STALE, serializer, serializer, byTenant, "fold");
    }

    /// RocksDB, so that the heap does not grow with tenants. Without Streams' cache: the fold writes each value once
    /// per commit, a cache would only copy it. With a changelog, so that a task can move.
    private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of());
    }

    private static String tenantOf(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('|'));
    }
}
