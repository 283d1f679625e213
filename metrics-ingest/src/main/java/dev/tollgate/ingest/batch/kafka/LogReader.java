package dev.tollgate.ingest.batch.kafka;

import dev.tollgate.ingest.batch.BatchOutcome;
import dev.tollgate.ingest.batch.BatchOutcome.Handled;
import dev.tollgate.ingest.batch.BatchOutcome.Moved;
import dev.tollgate.ingest.batch.BatchOutcome.Retry;
import dev.tollgate.ingest.batch.BatchProcessor;
import dev.tollgate.ingest.batch.LogRecord;
import dev.tollgate.ingest.batch.metrics.BatchMeters;
import dev.tollgate.schema.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;

/// Carries records and partitions between one Kafka consumer and its processor. Group membership is Kafka's;
/// positions are the processor's, and nothing is ever committed to Kafka.
///
/// All methods run on the consumer's thread, none of them throws, and none waits: a retry seeks back, pauses the
/// container, and lets it poll on, so that the consumer stays in its group however long the store is away.
final class LogReader
        implements BatchAcknowledgingConsumerAwareMessageListener<byte[], byte[]>,
                ConsumerAwareRebalanceListener,
                CommonErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    private final BatchProcessor processor;
    private final BatchMeters meters;
    private final Pauses pauses;

    LogReader(BatchProcessor processor, BatchMeters meters, Pauses pauses) {
        this.processor = processor;
        this.meters = meters;
        this.pauses = pauses;
    }

    @Override
    public void onMessage(
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable Acknowledgment neverUsed,
            @Nullable Consumer<?, ?> consumer) {
        long startNanos = System.nanoTime();
        List<LogRecord> batch = records.stream().map(LogReader::toLogRecord).toList();
        BatchOutcome outcome = processor.process(batch);
        follow(outcome, Objects.requireNonNull(consumer, "the container always passes its consumer"));
        meters.record(outcome, System.nanoTime() - startNanos);
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        LOG.info("Assigned {}", partitions);
        pauses.resume(partitions);
        // A position that is replaced as soon as the stored one is known; without any, the consumer would fail.
        consumer.seekToBeginning(partitions);
        if (!partitions.isEmpty()) {
            follow(processor.assign(numbers(partitions)), consumer);
        }
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        LOG.info("Revoked {}", partitions);
        pauses.resume(partitions);
        processor.revoke(numbers(partitions));
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        LOG.warn("Lost {}", partitions);
        pauses.resume(partitions);
        int dropped = processor.forget(numbers(partitions)).size();
        LOG.debug("Dropped {} claims", dropped);
    }

    /// What a poll threw. Out of range: the broker no longer has the offset, or not yet again.
    @Override
    public void handleOtherException(
            Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        if (thrown instanceof OffsetOutOfRangeException outOfRange) {
            Set<TopicPartition> partitions = outOfRange.partitions();
            LOG.error("The broker does not have the stored offsets of {}", outOfRange.offsetOutOfRangePartitions());
            onPartitionsAssigned(consumer, partitions);
        } else {
            LOG.error("Polling failed; trying again", thrown);
            pauses.pause();
        }
    }

    private void follow(BatchOutcome outcome, Consumer<?, ?> consumer) {
        switch (outcome) {
            case Handled handled -> pauses.succeeded();
            case Moved(var offsets, var lost) -> {
                pauses.hold(topicPartitions(lost));
                moveOrRetry(offsets, consumer);
            }
            case Retry(var offsets, var cause) -> {
                LOG.error("Nothing was stored; trying again after a pause", cause);
                seek(offsets, consumer);
                pauses.pause();
            }
        }
    }

    private void moveOrRetry(Map<Integer, Long> offsets, Consumer<?, ?> consumer) {
        try {
            Map<Integer, Long> checked = new LogBounds(consumer).check(offsets);
            checked.forEach((partition, offset) -> {
                if (offset < offsets.getOrDefault(partition, 0L)) {
                    follow(processor.rewind(partition, offset), consumer);
                }
            });
            seek(checked, consumer);
        } catch (KafkaException e) {
            LOG.error("The broker does not tell which offsets it has; trying again after a pause", e);
            seek(offsets, consumer);
            pauses.pause();
        }
    }

    private static void seek(Map<Integer, Long> offsets, Consumer<?, ?> consumer) {
        Set<TopicPartition> assignment = consumer.assignment();
        offsets.forEach((partition, offset) -> {
            TopicPartition topicPartition = new TopicPartition(Topics.USAGE_REQUESTS, partition);
            if (assignment.contains(topicPartition)) {
                consumer.seek(topicPartition, offset);
            }
        });
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        Set<Integer> numbers = new TreeSet<>();
        partitions.forEach(partition -> numbers.add(partition.partition()));
        return numbers;
    }

    private static List<TopicPartition> topicPartitions(Collection<Integer> partitions) {
        return partitions.stream()
                .map(partition -> new TopicPartition(Topics.USAGE_REQUESTS, partition))
                .toList();
    }

    private static LogRecord toLogRecord(ConsumerRecord<byte[], byte[]> record) {
        return new LogRecord(
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                header -> record.headers().forEach(one -> header.accept(one.key(), one.value())));
    }
}
