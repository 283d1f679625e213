package dev.tollgate.bench.metering.latency;

import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.bench.metering.SampleEvents;
import dev.tollgate.bench.metering.TopicFiller;
import dev.tollgate.schema.contract.RequestEvent;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/// Sends events that happen as they are sent, evenly spread over time. An event's clock starts just before it is handed
/// to the producer, so that the producer's own waiting counts.
///
/// @param sampled tenants whose events are followed
record SteadyLoad(MeteringServers servers, LatencyOptions options, Set<String> sampled, SentEvents sent)
        implements Callable<SteadyLoad.Done> {

    private static final long HOUR_MS = 3_600_000;

    /// The warm-up lasts at least so long, and until nothing of the services' start waits any more.
    private static final int WARM_SECONDS_MIN = 10;

    private static final int WARM_SECONDS_MAX = 90;
    private static final long WARM_WAIT_NANOS_MAX = 1_000_000_000L;

    /// @param events all that were sent and acknowledged
    /// @param warmEvents the first of them, which are not measured
    /// @param nanos from the first to the last
    record Done(long events, long warmEvents, long nanos) {
        double perSecond() {
            return events * 1e9 / nanos;
        }
    }

    @Override
    public Done call() {
        SampleEvents sample = new SampleEvents();
        AtomicReference<@Nullable Exception> fault = new AtomicReference<>();
        long measured = (long) options.perSecond() * options.seconds();
        long warm = (long) options.perSecond() * WARM_SECONDS_MIN;
        long startNanos = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = TopicFiller.producer(servers)) {
            long events = 0;
            while (events < warm + measured) {
                awaitNanos(startNanos + events * 1_000_000_000L / options.perSecond());
                if (events == warm && !isWarm(events)) {
                    warm += options.perSecond();
                }
                send(producer, sample.next(System.currentTimeMillis()), events >= warm, fault);
                events++;
            }
            long nanos = System.nanoTime() - startNanos;
            producer.flush();
            Exception failed = fault.get();
            if (failed != null) {
                throw new IllegalStateException("an event could not be sent", failed);
            }
            return new Done(events, warm, nanos);
        }
    }

    private boolean isWarm(long events) {
        return events >= (long) options.perSecond() * WARM_SECONDS_MAX
                || sent.longestWaitNanos(System.nanoTime()) < WARM_WAIT_NANOS_MAX;
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            RequestEvent event,
            boolean isMeasured,
            AtomicReference<@Nullable Exception> fault) {
        var record = TopicFiller.record(event);
        if (sampled.contains(event.tenantId())) {
            long hourMs = Math.floorDiv(event.eventTime().toEpochMilli(), HOUR_MS) * HOUR_MS;
            sent.sent(new SentEvents.Hour(event.tenantId(), hourMs), System.nanoTime(), isMeasured);
        }
        producer.send(record, (metadata, failed) -> {
            if (failed != null) {
                fault.compareAndSet(null, failed);
            }
        });
    }

    private static void awaitNanos(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("the load was ended");
            }
            left = nanos - System.nanoTime();
        }
    }
}
