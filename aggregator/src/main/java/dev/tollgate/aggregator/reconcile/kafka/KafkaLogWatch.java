package dev.tollgate.aggregator.reconcile.kafka;

import dev.tollgate.aggregator.reconcile.LogLook;
import dev.tollgate.aggregator.reconcile.LogWatch;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// Asks the broker. The fold's position is what its group committed: records of the same transaction were written
/// before, so they lie below the ends that are read afterwards.
public final class KafkaLogWatch implements LogWatch, AutoCloseable {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final Admin admin;
    private final String group;
    private final int generation;
    private final InstantSource clock;

    /// @param group of the fold
    /// @param generation of `usage.requests.v1`
    public KafkaLogWatch(Map<String, Object> clientSettings, String group, int generation, InstantSource clock) {
        this.admin = Admin.create(clientSettings);
        this.group = group;
        this.generation = generation;
        this.clock = clock;
    }

    @Override
    public LogLook look() {
        Instant takenAt = clock.instant();
        Map<Integer, Long> folded = new HashMap<>();
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (partition.topic().equals(Topics.USAGE_REQUESTS) && offset != null) {
                        folded.put(partition.partition(), offset.offset());
                    }
                });
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (String topic : List.of(Topics.USAGE_HOURLY, Topics.USAGE_HOURLY_STALE, Topics.USAGE_REQUESTS)) {
            for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
                wanted.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
        Map<String, Map<Integer, Long>> ends = new HashMap<>();
        answer(admin.listOffsets(wanted).all())
                .forEach((partition, end) -> ends.computeIfAbsent(partition.topic(), topic -> new HashMap<>())
                        .put(partition.partition(), end.offset()));
        return new LogLook(
                generation,
                folded,
                ends.getOrDefault(Topics.USAGE_HOURLY, Map.of()),
                ends.getOrDefault(Topics.USAGE_HOURLY_STALE, Map.of()),
                ends.getOrDefault(Topics.USAGE_REQUESTS, Map.of()),
                takenAt);
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LogAwayException("the broker does not tell how far the log is: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAwayException("interrupted while asking the broker", e);
        }
    }

    @Override
    public void close() {
        admin.close(CLOSE_WITHIN);
    }
}
