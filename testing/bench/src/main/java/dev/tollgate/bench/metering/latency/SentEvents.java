package dev.tollgate.bench.metering.latency;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Events of the sampled tenants that no row holds yet. A tenant's events stay in the order in which they were sent,
/// since they are in one partition, so a row of n events holds the first n of its hour.
///
/// Lock rule: everything is guarded by the object.
final class SentEvents {

    /// Events that may wait for their row: many times what a pipeline that keeps up leaves waiting.
    private static final int WAITING_MAX = 200_000;

    private final Map<Hour, Line> lines = new HashMap<>();
    private int waiting;

    record Hour(String tenantId, long hourMs) {}

    private record Sent(long nanos, boolean isMeasured) {}

    private static final class Line {
        private final ArrayDeque<Sent> waiting = new ArrayDeque<>();
        private long held;
    }

    /// @param isMeasured false for an event that only warms up
    synchronized void sent(Hour hour, long nanos, boolean isMeasured) {
        if (++waiting > WAITING_MAX) {
            throw new IllegalStateException("more than " + WAITING_MAX + " sampled events wait for their rows");
        }
        lines.computeIfAbsent(hour, first -> new Line()).waiting.addLast(new Sent(nanos, isMeasured));
    }

    /// The hour's row was seen to hold so many events at that moment.
    ///
    /// @param latenciesUs gets those that are held since
    synchronized void held(Hour hour, long events, long nanos, Histogram latenciesUs) {
        Line line = lines.get(hour);
        if (line == null || events - line.held > line.waiting.size()) {
            throw new IllegalStateException("the row of " + hour + " holds " + events + " events, more than were sent");
        }
        while (line.held < events) {
            line.held++;
            waiting--;
            Sent sent = line.waiting.removeFirst();
            if (sent.isMeasured) {
                latenciesUs.recordValue((nanos - sent.nanos) / 1_000);
            }
        }
    }

    /// How long the event waits that was sent first of those that wait; 0 when none does.
    synchronized long longestWaitNanos(long nowNanos) {
        return lines.values().stream()
                .filter(line -> !line.waiting.isEmpty())
                .mapToLong(line -> nowNanos - line.waiting.getFirst().nanos)
                .max()
                .orElse(0);
    }

    synchronized int waiting() {
        return waiting;
    }
}
