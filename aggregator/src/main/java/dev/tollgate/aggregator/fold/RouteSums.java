package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.RouteUsage;
import java.nio.ByteBuffer;

/// What the events of one route add up to within an hour. Sums saturate and voids subtract as in `Bucket`.
///
/// Mutable; one thread owns an instance.
final class RouteSums {

    /// The size of the local form.
    static final int STATE_BYTES = 9 * Long.BYTES;

    private long events;
    private long requests;
    private long billable;
    private long successful;
    private long failed;
    private long units;
    private long totalDurationMs;
    private long bytesSent;
    private long bytesReceived;

    void add(Measurement event) {
        int counts = event.counts();
        events++;
        units = Bucket.sum(units, event.signedUnits());
        bytesSent = Bucket.sum(bytesSent, counts * event.bytesSent());
        bytesReceived = Bucket.sum(bytesReceived, counts * event.bytesReceived());
        if (event.eventType().isRequest()) {
            requests += counts;
            billable += event.isBillable() ? counts : 0;
            successful += event.hasSucceeded() ? counts : 0;
            failed += event.hasFailed() ? counts : 0;
            totalDurationMs = Bucket.sum(totalDurationMs, counts * event.durationMs());
        }
    }

    RouteUsage toUsage(String route) {
        return new RouteUsage(
                route,
                events,
                Bucket.atLeastNone(requests),
                Bucket.atLeastNone(billable),
                Bucket.atLeastNone(successful),
                Bucket.atLeastNone(failed),
                Bucket.atLeastNone(units),
                Bucket.atLeastNone(totalDurationMs),
                Bucket.atLeastNone(bytesSent),
                Bucket.atLeastNone(bytesReceived));
    }

    static RouteSums of(RouteUsage usage) {
        RouteSums sums = new RouteSums();
        sums.events = usage.events();
        sums.requests = usage.requests();
        sums.billable = usage.billable();
        sums.successful = usage.successful();
        sums.failed = usage.failed();
        sums.units = usage.units();
        sums.totalDurationMs = usage.totalDurationMs();
        sums.bytesSent = usage.bytesSent();
        sums.bytesReceived = usage.bytesReceived();
        return sums;
    }

    void write(ByteBuffer out) {
        out.putLong(events)
                .putLong(requests)
                .putLong(billable)
                .putLong(successful)
                .putLong(failed)
                .putLong(units)
                .putLong(totalDurationMs)
                .putLong(bytesSent)
                .putLong(bytesReceived);
    }

    static RouteSums read(ByteBuffer in) {
        RouteSums sums = new RouteSums();
        sums.events = in.getLong();
        sums.requests = in.getLong();
        sums.billable = in.getLong();
        sums.successful = in.getLong();
        sums.failed = in.getLong();
        sums.units = in.getLong();
        sums.totalDurationMs = in.getLong();
        sums.bytesSent = in.getLong();
        sums.bytesReceived = in.getLong();
        return sums;
    }
}
