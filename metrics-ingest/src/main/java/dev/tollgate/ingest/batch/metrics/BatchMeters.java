package dev.tollgate.ingest.batch.metrics;

import dev.tollgate.ingest.batch.BatchOutcome;
import dev.tollgate.ingest.batch.BatchOutcome.Handled;
import dev.tollgate.ingest.batch.BatchOutcome.Moved;
import dev.tollgate.ingest.batch.BatchOutcome.Retry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// Counts of what became of records. Safe for use by several threads.
public final class BatchMeters {

    private final Counter stored;
    private final Counter repeated;
    private final Counter duplicates;
    private final Counter deadLetters;
    private final Counter retries;
    private final Counter moves;
    private final Timer batches;

    public BatchMeters(MeterRegistry registry) {
        stored = events(registry, "stored", "Events brought into the raw table");
        repeated = events(registry, "repeated", "Records dropped because their sequence was seen before");
        duplicates = events(registry, "duplicate", "Events whose id was in the raw table under another sequence");
        deadLetters = events(registry, "dead-letter", "Records sent to the dead letter topic");
        retries = Counter.builder("tollgate.ingest.retries")
                .description("Batches of which nothing could be said")
                .register(registry);
        moves = Counter.builder("tollgate.ingest.moves")
                .description("Times that positions were taken from the store")
                .register(registry);
        batches = Timer.builder("tollgate.ingest.batch")
                .description("Time from poll to commit of a batch")
                .register(registry);
    }

    public void record(BatchOutcome outcome, long nanos) {
        switch (outcome) {
            case Handled(var rows, int refused, int seen) -> {
                stored.increment(rows.stored());
                duplicates.increment(rows.duplicates());
                deadLetters.increment((double) rows.refused() + refused);
                repeated.increment(seen);
                batches.record(nanos, TimeUnit.NANOSECONDS);
            }
            case Moved moved -> moves.increment();
            case Retry retry -> retries.increment();
        }
    }

    private static Counter events(MeterRegistry registry, String outcome, String description) {
        return Counter.builder("tollgate.ingest.events")
                .tag("outcome", outcome)
                .description(description)
                .register(registry);
    }
}
