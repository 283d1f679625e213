package dev.tollgate.aggregator.topology.kafka;

import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.aggregator.topology.FoldOutput;
import dev.tollgate.aggregator.topology.PartitionFold;
import dev.tollgate.aggregator.topology.StaleReason;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.StaleHour;
import dev.tollgate.schema.contract.StaleHourCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.jspecify.annotations.Nullable;

/// Runs a `PartitionFold` as the one processor of a task. The fold is flushed before each commit, so what a
/// transaction commits is the position, the state and the emitted buckets together.
///
/// Commits that it asks for are for readers' sake: while records are fresh, and when the log has no more. Whoever
/// catches up with a log is late anyway and commits at Streams' own, longer interval, by which far fewer buckets are
/// emitted in between.
///
/// One stream thread owns an instance. Streams may call `init` again after a failure; everything in memory is then
/// made anew from the stores.
final class FoldProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    static final String BUCKETS = "buckets";
    static final String OTHERS = "partition";
    static final String HOURLY_SINK = "hourly";
    static final String STALE_SINK = "stale";
    static final String REASON_HEADER = "reason";

    /// A record is fresh for so long.
    private static final long FRESH_MS_MAX = 5_000;

    /// A log that brought nothing for so long has no more for now.
    private static final long QUIET_MS = 500;

    private final int generation;
    private final int workingHoursMax;
    private final Duration emitInterval;
    private final FoldCounters counters;
    private final StrikePoints strikePoints;
    private @Nullable Running running;
    private long processedMs;

    private record Running(ProcessorContext<byte[], byte[]> context, PartitionFold fold) {}

    FoldProcessor(
            int generation,
            int workingHoursMax,
            Duration emitInterval,
            FoldCounters counters,
            StrikePoints strikePoints) {
        this.generation = generation;
        this.workingHoursMax = workingHoursMax;
        this.emitInterval = emitInterval;
        this.counters = counters;
        this.strikePoints = strikePoints;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        StreamsFoldState state = new StreamsFoldState(context.getStateStore(BUCKETS), context.getStateStore(OTHERS));
        PartitionFold fold = new PartitionFold(state, new Forwarder(context), counters, workingHoursMax);
        running = new Running(context, fold);
        BeforeCommit hook = context.getStateStore(BeforeCommit.NAME);
        hook.run(flushAsNode(context, fold));
        context.schedule(emitInterval, PunctuationType.WALL_CLOCK_TIME, now -> {
            boolean quiet = now - processedMs >= QUIET_MS;
            if (fold.holdsChangesSince(quiet ? Long.MIN_VALUE : now - FRESH_MS_MAX)) {
                context.commit();
            }
        });
    }

    /// Before a commit no node is current, yet only a current node may forward; Streams' caches enter theirs the same
    /// way.
    private Runnable flushAsNode(ProcessorContext<byte[], byte[]> context, PartitionFold fold) {
        InternalProcessorContext<?, ?> internal = (InternalProcessorContext<?, ?>) context;
        ProcessorNode<?, ?, ?, ?> node = internal.currentNode();
        return () -> {
            ProcessorNode<?, ?, ?, ?> before = internal.currentNode();
            internal.setCurrentNode(node);
            try {
                strikePoints.pass(StrikePoints.AGGREGATOR_BEFORE_EMIT);
                fold.flush();
            } finally {
                internal.setCurrentNode(before);
            }
        };
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("processing before init");
        }
        RecordMetadata place = now.context
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of the topic has no place"));
        processedMs = now.context.currentSystemTimeMs();
        now.fold.accept(record.value(), LogPosition.of(generation, place.offset()), record.timestamp());
    }

    @Override
    public void close() {
        running = null;
    }

    private record Forwarder(ProcessorContext<byte[], byte[]> context) implements FoldOutput {

        @Override
        public void bucket(HourlyBucket bucket) {
            byte[] key = bucket.key().bytes();
            context.forward(
                    new Record<>(key, BucketCodec.encode(bucket), context.currentStreamTimeMs(), new RecordHeaders()),
                    HOURLY_SINK);
        }

        @Override
        public void stale(StaleHour hour, StaleReason reason) {
            Headers headers = new RecordHeaders();
            headers.add(REASON_HEADER, reason.wireName().getBytes(StandardCharsets.UTF_8));
            byte[] key = hour.key().bytes();
            context.forward(
                    new Record<>(key, StaleHourCodec.encode(hour), context.currentStreamTimeMs(), headers), STALE_SINK);
        }
    }
}
