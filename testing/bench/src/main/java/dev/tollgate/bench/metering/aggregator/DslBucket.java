package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.aggregator.fold.QuantileSketch;

/// An hour as people would write it first: a record of sums that JSON binds. The sketch is the aggregator's.
///
/// @param sketch as `QuantileSketch.toBytes`; empty without requests
record DslBucket(
        long events,
        long requests,
        long billable,
        long successful,
        long failed,
        long units,
        long durationMs,
        long dbQueries,
        long bytesSent,
        long bytesReceived,
        byte[] sketch) {

    static DslBucket empty() {
        return new DslBucket(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new byte[0]);
    }

    DslBucket plus(DslEvent event) {
        boolean request =
                event.eventType().equals("api_request") || event.eventType().equals("ai_request");
        int statusClass = event.responseStatus() == null ? 0 : event.responseStatus() / 100;
        return new DslBucket(
                events + 1,
                requests + (request ? 1 : 0),
                billable + (request && event.units() > 0 ? 1 : 0),
                successful + (request && statusClass == 2 ? 1 : 0),
                failed + (request && statusClass >= 4 ? 1 : 0),
                units + event.units(),
                durationMs + (request ? event.durationMs() : 0),
                dbQueries + event.dbQueryCount(),
                bytesSent + event.bytesSent(),
                bytesReceived + event.bytesReceived(),
                request ? with(event.durationMs()) : sketch);
    }

    private byte[] with(long durationMs) {
        QuantileSketch durations = sketch.length == 0 ? new QuantileSketch() : QuantileSketch.fromBytes(sketch);
        durations.record(durationMs);
        return durations.toBytes();
    }
}
