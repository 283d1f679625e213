package dev.tollgate.ingest.batch.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.MessageListenerContainer;

/// Pauses one container for longer and longer times, up to a bound, while it goes on polling. Used on the
/// consumer's thread; the scheduler only resumes, and any thread may ask whether something is held.
final class Pauses {

    private final ScheduledExecutorService scheduler;
    private final Duration first;
    private final Duration max;
    private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();
    private Duration next;
    private @Nullable MessageListenerContainer container;

    Pauses(ScheduledExecutorService scheduler, Duration first, Duration max) {
        this.scheduler = scheduler;
        this.first = first;
        this.max = max;
        this.next = first;
    }

    /// Called once, before the container starts.
    void control(MessageListenerContainer controlled) {
        container = controlled;
    }

    void pause() {
        MessageListenerContainer paused = container();
        paused.pause();
        scheduler.schedule(paused::resume, next.toMillis(), TimeUnit.MILLISECONDS);
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(max) > 0 ? max : doubled;
    }

    void succeeded() {
        next = first;
    }

    /// Whether this container is assigned a partition that it does not read.
    boolean holdsSome() {
        return !held.isEmpty();
    }

    /// Stops reading partitions until they are taken away or assigned anew.
    void hold(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (held.add(partition)) {
                container().pausePartition(partition);
            }
        }
    }

    void resume(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (held.remove(partition)) {
                container().resumePartition(partition);
            }
        }
    }

    private MessageListenerContainer container() {
        if (container == null) {
            throw new IllegalStateException("no container is controlled yet");
        }
        return container;
    }
}
