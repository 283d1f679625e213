package dev.tollgate.testing.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A wall clock and a monotonic clock that move only when told to.
///
/// Safe for use by several threads; both readings are guarded by the object.
public final class ManualClock implements InstantSource {

    /// Monotonic readings mean nothing by themselves; zero would hide a reading that was never set.
    private static final long FIRST_NANOS = 1_000_000_000L;

    private Instant now;
    private long nanos = FIRST_NANOS;

    public ManualClock(Instant start) {
        now = start;
    }

    /// A clock that stands at an ISO 8601 instant, such as `2026-03-01T00:00:00Z`.
    public static ManualClock at(String instant) {
        return new ManualClock(Instant.parse(instant));
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /// The monotonic reading, in place of `System.nanoTime()`.
    public synchronized long nanos() {
        return nanos;
    }

    /// Lets time pass: both clocks move on.
    public synchronized void advance(Duration passed) {
        if (passed.isNegative()) {
            throw new IllegalArgumentException("time does not pass by " + passed + "; stepWallClock goes back");
        }
        now = now.plus(passed);
        nanos += passed.toNanos();
    }

    /// Sets the wall clock forward or back, as an operator or NTP would; no time passes.
    public synchronized void stepWallClock(Duration step) {
        now = now.plus(step);
    }
}
