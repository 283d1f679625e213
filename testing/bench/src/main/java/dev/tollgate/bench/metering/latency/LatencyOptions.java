package dev.tollgate.bench.metering.latency;

/// The steady load.
///
/// @param perSecond events a second
/// @param seconds for which events are measured, after the warm-up
public record LatencyOptions(int perSecond, int seconds) {

    public static final LatencyOptions USUAL = new LatencyOptions(1_000, 30);
    public static final LatencyOptions QUICK = new LatencyOptions(1_000, 5);

    static final int PER_SECOND_MAX = 20_000;
    static final int SECONDS_MAX = 600;

    public LatencyOptions {
        if (perSecond < 10 || perSecond > PER_SECOND_MAX) {
            throw new IllegalArgumentException("--latency-rate must be 10 to " + PER_SECOND_MAX);
        }
        if (seconds < 1 || seconds > SECONDS_MAX) {
            throw new IllegalArgumentException("--latency-seconds must be 1 to " + SECONDS_MAX);
        }
    }

    public LatencyOptions withPerSecond(long newPerSecond) {
        return new LatencyOptions(Math.toIntExact(newPerSecond), seconds);
    }

    public LatencyOptions withSeconds(long newSeconds) {
        return new LatencyOptions(perSecond, Math.toIntExact(newSeconds));
    }
}
