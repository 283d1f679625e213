package dev.tollgate.ingest.intake;

import dev.tollgate.schema.access.strike.StrikePoints;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// Carries accepted events to the topic: number and commit, publish, drop. A crash in between repeats the same
/// numbers, which every reader drops. One thread owns an instance.
public final class Relay implements AutoCloseable {

    public static final int BATCH_MAX = 1_000;

    private final Outbox outbox;
    private final EventPublisher publisher;
    private final StrikePoints strikePoints;
    private final long heartbeatNanos;
    private final LongSupplier nanoTime;
    private long heldAtNanos;
    private boolean held;

    /// @param heartbeat between signs of life, and between attempts to take partitions over
    public Relay(
            Outbox outbox,
            EventPublisher publisher,
            StrikePoints strikePoints,
            Duration heartbeat,
            LongSupplier nanoTime) {
        this.outbox = outbox;
        this.publisher = publisher;
        this.strikePoints = strikePoints;
        this.heartbeatNanos = heartbeat.toNanos();
        this.nanoTime = nanoTime;
    }

    /// Publishes what is there, until nothing is; answers how many events that were.
    public long drain() {
        try {
            long published = 0;
            long before;
            do {
                before = published;
                keepHold();
                for (int partition : outbox.waiting()) {
                    published += relay(partition);
                }
            } while (published > before);
            return published;
        } catch (RuntimeException e) {
            held = false;
            outbox.disconnect();
            throw e;
        }
    }

    @Override
    public void close() {
        outbox.close();
    }

    private void keepHold() {
        long now = nanoTime.getAsLong();
        if (!held || now - heldAtNanos >= heartbeatNanos) {
            outbox.keepHold();
            held = true;
            heldAtNanos = now;
        }
    }

    private int relay(int partition) {
        List<OutboxEvent> events = outbox.number(partition, BATCH_MAX);
        publisher.publish(events.stream().map(OutboxEvent::event).toList());
        strikePoints.pass(StrikePoints.RELAY_AFTER_PUBLISH);
        outbox.published(events);
        return events.size();
    }
}
