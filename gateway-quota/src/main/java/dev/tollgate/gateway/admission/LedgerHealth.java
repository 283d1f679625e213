package dev.tollgate.gateway.admission;

import java.util.concurrent.TimeUnit;

/// The breaker in front of the ledger. Written by the exchanger's thread, read by all: while the ledger is away, no
/// request waits for it.
///
/// It opens after failures in a row, or while a call takes longer than anybody would wait; one success closes it.
final class LedgerHealth {

    /// A single failure may be a slow moment; it is repeated at once.
    static final int FAILURES_MAX = 2;

    /// A call running longer counts as unanswered.
    static final long CALL_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(45);

    static final long PROBE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);
    static final long PROBE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private static final long NO_CALL = Long.MIN_VALUE;

    private volatile boolean away;
    private volatile long callStartedNanos = NO_CALL;
    private int failures;
    private long probeNanos = PROBE_NANOS_MIN;

    /// Whether waiting for the ledger makes no sense now.
    boolean isAway(long nowNanos) {
        long started = callStartedNanos;
        return away || (started != NO_CALL && nowNanos - started > CALL_NANOS_MAX);
    }

    boolean isOpen() {
        return away;
    }

    /// Whether the last call was answered. What must not be left hanging between here and the ledger waits for that.
    /// By the exchanger's thread.
    boolean isSure() {
        return failures == 0;
    }

    void callStarted(long nowNanos) {
        callStartedNanos = nowNanos;
    }

    /// True when this success ended an outage.
    boolean succeeded() {
        boolean wasAway = away;
        callStartedNanos = NO_CALL;
        failures = 0;
        probeNanos = PROBE_NANOS_MIN;
        away = false;
        return wasAway;
    }

    /// True when this failure began an outage.
    boolean failed() {
        boolean wasAway = away;
        callStartedNanos = NO_CALL;
        failures = Math.min(FAILURES_MAX, failures + 1);
        away = failures >= FAILURES_MAX;
        return away && !wasAway;
    }

    /// How long to rest before the next try during an outage; doubles each time.
    long restNanos() {
        long rest = probeNanos;
        probeNanos = Math.min(PROBE_NANOS_MAX, probeNanos * 2);
        return rest;
    }
}
