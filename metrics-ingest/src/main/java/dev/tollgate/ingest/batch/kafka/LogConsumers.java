package dev.tollgate.ingest.batch.kafka;

import dev.tollgate.ingest.batch.BatchProcessor;
import dev.tollgate.ingest.batch.metrics.BatchMeters;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.ContainerProperties.AssignmentCommitOption;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/// The consumers of this instance: each has a thread, a processor and a session in the store of its own.
public final class LogConsumers implements SmartLifecycle {

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(20);

    private final List<KafkaMessageListenerContainer<byte[], byte[]>> containers = new ArrayList<>();
    private final List<BatchProcessor> processors = new ArrayList<>();
    private final List<Pauses> pauses = new ArrayList<>();
    private volatile boolean running;

    /// How a consumer behaves.
    ///
    /// @param consumers how many there are
    /// @param pauseFirst after a fault; doubled up to `pauseMax` while faults go on
    public record Behaviour(int consumers, String groupId, Duration pauseFirst, Duration pauseMax) {}

    public LogConsumers(
            ConsumerFactory<byte[], byte[]> factory,
            Behaviour behaviour,
            Supplier<BatchProcessor> newProcessor,
            BatchMeters meters,
            ScheduledExecutorService scheduler) {
        for (int number = 0; number < behaviour.consumers(); number++) {
            BatchProcessor processor = newProcessor.get();
            Pauses pausing = new Pauses(scheduler, behaviour.pauseFirst(), behaviour.pauseMax());
            LogReader reader = new LogReader(processor, meters, pausing);
            ContainerProperties properties = new ContainerProperties(Topics.USAGE_REQUESTS);
            properties.setGroupId(behaviour.groupId());
            properties.setMessageListener(reader);
            properties.setConsumerRebalanceListener(reader);
            // Positions are kept in the store: nothing is acknowledged, so nothing is committed.
            properties.setAckMode(AckMode.MANUAL);
            properties.setAssignmentCommitOption(AssignmentCommitOption.NEVER);
            properties.setPollTimeout(POLL_TIMEOUT.toMillis());
            properties.setShutdownTimeout(SHUTDOWN_MAX.toMillis());
            properties.setStopImmediate(true);
            properties.setMissingTopicsFatal(false);
            var container = new KafkaMessageListenerContainer<>(factory, properties);
            container.setBeanName("ingest-" + number);
            container.setClientIdSuffix("-" + number);
            container.setCommonErrorHandler(reader);
            pausing.control(container);
            pauses.add(pausing);
            processors.add(processor);
            containers.add(container);
        }
    }

    /// Whether every consumer is at work, and none has stopped by a fatal error.
    public boolean areWorking() {
        return running
                && containers.stream().allMatch(container -> container.isRunning() && container.isInExpectedState());
    }

    /// Whether each consumer reads every partition that its group gave it: none was taken over by a process that is not
    /// of the group.
    public boolean readAll() {
        return pauses.stream().noneMatch(Pauses::holdsSome);
    }

    @Override
    public void start() {
        containers.forEach(KafkaMessageListenerContainer::start);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        containers.forEach(KafkaMessageListenerContainer::stop);
        processors.forEach(BatchProcessor::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
