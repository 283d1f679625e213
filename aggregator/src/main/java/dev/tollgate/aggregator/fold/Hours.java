package dev.tollgate.aggregator.fold;

/// UTC hours as the epoch milliseconds of their start.
public final class Hours {

    public static final long HOUR_MS = 3_600_000L;

    private Hours() {}

    /// The start of the hour in which the moment lies.
    public static long floor(long epochMs) {
        return Math.floorDiv(epochMs, HOUR_MS) * HOUR_MS;
    }
}
