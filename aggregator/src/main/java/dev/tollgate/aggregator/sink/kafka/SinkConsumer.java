package dev.tollgate.aggregator.sink.kafka;

import dev.tollgate.aggregator.sink.SinkBatch;
import dev.tollgate.aggregator.sink.SinkPartition;
import dev.tollgate.aggregator.sink.SinkStore;
import dev.tollgate.schema.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session of the sink: reads `usage.hourly.v1` and `usage.hourly.stale.v1`, each partition from where PostgreSQL
/// says, and stores what it reads, a transaction per partition and poll. It ends with an exception at the first
/// failure; whatever was not stored is read again by the next session.
///
/// One thread runs it.
final class SinkConsumer implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(SinkConsumer.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String REASON_HEADER = "reason";
    private static final String REASON_UNKNOWN = "late";

    private final Consumer<byte[], byte[]> consumer;
    private final SinkStore store;
    private final Map<String, Integer> generations;
    private final SinkStatus status;

    /// @param generations of the two topics
    SinkConsumer(
            Consumer<byte[], byte[]> consumer, SinkStore store, Map<String, Integer> generations, SinkStatus status) {
        this.consumer = consumer;
        this.store = store;
        this.generations = generations;
        this.status = status;
    }

    /// What others may see of the sink. Safe for use by several threads.
    static final class SinkStatus {
        final LongAdder unreadable = new LongAdder();
        final LongAdder stored = new LongAdder();
        volatile boolean joined;
        volatile long lag;
    }

    /// Runs until the consumer is woken up or something fails.
    void run() {
        consumer.subscribe(List.of(Topics.USAGE_HOURLY, Topics.USAGE_HOURLY_STALE), this);
        while (true) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            long lag = 0;
            for (TopicPartition partition : consumer.assignment()) {
                store(partition, records.records(partition));
                OptionalLong behind = consumer.currentLag(partition);
                lag += behind.orElse(0);
            }
            status.lag = lag;
        }
    }

    /// Also moves a position over the markers of transactions, which bring no records.
    private void store(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        SinkBatch batch = new SinkBatch();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            SinkBatch.Read read = partition.topic().equals(Topics.USAGE_HOURLY)
                    ? batch.takeBucket(record.value())
                    : batch.takeStale(record.value(), reasonOf(record));
            switch (read) {
                case SinkBatch.Read.Taken taken -> status.stored.increment();
                case SinkBatch.Read.Unreadable(var reason) -> skip(record, reason);
            }
        }
        store.store(sinkPartition(partition), batch, consumer.position(partition));
    }

    private void skip(ConsumerRecord<byte[], byte[]> record, String reason) {
        status.unreadable.increment();
        String key = record.key() == null ? "none" : new String(record.key(), StandardCharsets.UTF_8);
        LOG.error(
                "skipped {}-{} offset {} with key {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                key,
                reason);
    }

    private static String reasonOf(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(REASON_HEADER);
        if (header == null) {
            return REASON_UNKNOWN;
        }
        String reason = new String(header.value(), StandardCharsets.UTF_8);
        return switch (reason) {
            case "late", "no-state" -> reason;
            default -> REASON_UNKNOWN;
        };
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, store.acquire(sinkPartition(partition)));
        }
        status.joined = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            store.release(sinkPartition(partition));
        }
    }

    /// Somebody else may hold them already; the fence keeps them from us.
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        onPartitionsRevoked(partitions);
    }

    private SinkPartition sinkPartition(TopicPartition partition) {
        Integer generation = generations.get(partition.topic());
        if (generation == null) {
            throw new IllegalStateException("no generation of " + partition.topic());
        }
        return new SinkPartition(partition.topic(), generation, partition.partition());
    }
}
