package dev.tollgate.aggregator.topology.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the topology. A thread that dies of an unexpected error is replaced, until `REPLACEMENTS_MAX` have died with
/// less than `QUIET_AFTER` between any two; then the client gives up and `onGivenUp` is told, so that the process can
/// end and be started anew.
public final class FoldStreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FoldStreams.class);
    private static final int REPLACEMENTS_MAX = 20;
    private static final Duration QUIET_AFTER = Duration.ofMinutes(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);
    private static final int TRANSACTION_TIMEOUT_MS = 15_000;

    /// How long the group waits for an instance that does not come back before its partitions move.
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /// Records that a task may hold back; bounds the memory of a task that lags.
    private static final int BUFFERED_RECORDS_PER_PARTITION = 2_000;

    private final KafkaStreams streams;
    private final LongSupplier nanoTime;
    private int replaced;
    private long replacedNanos;

    /// How the topology runs.
    ///
    /// @param instanceId the same after a restart, so that a killed instance takes its place again at once
    /// @param catchUpInterval the longest time between two commits
    /// @param more further settings of Kafka Streams, which win
    public record Settings(
            String applicationId,
            String instanceId,
            Path stateDirectory,
            int threads,
            int standbyReplicas,
            Duration catchUpInterval,
            Map<String, String> more) {
        public Settings {
            more = Map.copyOf(more);
        }
    }

    public FoldStreams(
            Topology topology,
            Map<String, Object> clientSettings,
            Settings settings,
            LongSupplier nanoTime,
            Runnable onGivenUp) {
        this.nanoTime = nanoTime;
        Properties properties = new Properties();
        properties.putAll(properties(clientSettings, settings));
        streams = new KafkaStreams(topology, properties);
        streams.setUncaughtExceptionHandler(this::afterDeath);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.ERROR) {
                onGivenUp.run();
            }
        });
    }

    public void start() {
        streams.start();
    }

    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /// The state as text, for people.
    public String state() {
        return streams.state().toString();
    }

    /// Records of the source topic that wait to be folded, as the consumers last saw it.
    public long lag() {
        return streams.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag")
                        && metric.getKey().group().equals("consumer-fetch-manager-metrics")
                        && metric.getKey().tags().getOrDefault("client-id", "").contains("-consumer")
                        && !metric.getKey().tags().getOrDefault("client-id", "").contains("restore"))
                .mapToLong(metric -> lagOf(metric.getValue().metricValue()))
                .sum();
    }

    private static long lagOf(Object value) {
        return value instanceof Number number && !Double.isNaN(number.doubleValue()) ? number.longValue() : 0;
    }

    /// Leaves the group, so that other instances take over without waiting.
    @Override
    public void close() {
        CloseOptions leaving =
                CloseOptions.timeout(CLOSE_WAIT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
        if (!streams.close(leaving)) {
            LOG.warn("the streams did not close within {} s", CLOSE_WAIT.toSeconds());
        }
    }

    private synchronized StreamThreadExceptionResponse afterDeath(Throwable error) {
        long now = nanoTime.getAsLong();
        replaced = now - replacedNanos > QUIET_AFTER.toNanos() ? 1 : replaced + 1;
        replacedNanos = now;
        LOG.error("a stream thread died, number {} in a row", replaced, error);
        return replaced <= REPLACEMENTS_MAX
                ? StreamThreadExceptionResponse.REPLACE_THREAD
                : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static Map<String, Object> properties(Map<String, Object> clientSettings, Settings settings) {
        Map<String, Object> properties = new HashMap<>(clientSettings);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.catchUpInterval().toMillis());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS_PER_PARTITION);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                WithoutHeaders.class.getName());
        properties.put("processing.exception.handler.global.enabled", true);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_TIMEOUT_MS);
        properties.putAll(settings.more());
        return properties;
    }
}
