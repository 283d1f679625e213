package dev.tollgate.aggregator.sink.kafka;

import dev.tollgate.aggregator.sink.SinkStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a session of the sink running on a thread of its own. A session that fails is followed by another with a
/// fresh consumer and a fresh connection, after a pause; forever, since PostgreSQL and Kafka may be away for long.
public final class Sink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Map<String, Object> consumerSettings;
    private final Supplier<SinkStore> stores;
    private final Map<String, Integer> generations;
    private final SinkConsumer.SinkStatus status = new SinkConsumer.SinkStatus();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<@Nullable KafkaConsumer<byte[], byte[]>> current = new AtomicReference<>();
    private final Thread thread;

    /// @param clientSettings connection settings of Kafka clients
    /// @param instanceId the same after a restart, so that the partitions come back at once
    /// @param stores a fresh store per session
    /// @param generations of the two topics
    public Sink(
            Map<String, Object> clientSettings,
            String groupId,
            String instanceId,
            int pollRecordsMax,
            Supplier<SinkStore> stores,
            Map<String, Integer> generations) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, pollRecordsMax);
        this.consumerSettings = Map.copyOf(settings);
        this.stores = stores;
        this.generations = Map.copyOf(generations);
        this.thread = Thread.ofPlatform().name("aggregator-sink").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Whether the sink is a member of its group and has acquired what the group gave it.
    public boolean isAssigned() {
        return status.joined;
    }

    /// Records that wait to be stored.
    public long lag() {
        return status.lag;
    }

    /// Records that were skipped because they are not of their topic.
    public long unreadable() {
        return status.unreadable.sum();
    }

    /// Records taken from the topics.
    public long stored() {
        return status.stored.sum();
    }

    private void run() {
        Duration pause = PAUSE_MIN;
        while (!isClosing()) {
            long storedBefore = stored();
            try {
                session();
            } catch (RuntimeException e) {
                LOG.warn("a session of the sink ended; the next one follows in {} ms", pause.toMillis(), e);
            } finally {
                status.joined = false;
            }
            pause = stored() > storedBefore ? PAUSE_MIN : min(pause.multipliedBy(2), PAUSE_MAX);
            await(pause);
        }
    }

    private void session() {
        try (SinkStore store = stores.get();
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            current.set(consumer);
            runUntilClosing(consumer, store);
        } finally {
            current.set(null);
        }
    }

    /// A sink that is closed leaves the group, so that other instances take over without waiting.
    private void runUntilClosing(KafkaConsumer<byte[], byte[]> consumer, SinkStore store) {
        try {
            if (!isClosing()) {
                new SinkConsumer(consumer, store, generations, status).run();
            }
        } catch (WakeupException e) {
            consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(CLOSE_WAIT.dividedBy(2)));
        }
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current.get();
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("the sink did not end within {} s", CLOSE_WAIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void await(Duration pause) {
        try {
            if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
