package dev.tollgate.gateway.proxy.vertx;

/// Whether a request's body arrives too slowly. Looks are taken in windows; one in which the gateway itself did not
/// read says nothing about the client. Belongs to one exchange.
final class BodyPace {

    static final long WINDOW_SECONDS = 10;

    private static final long WINDOW_NANOS = WINDOW_SECONDS * 1_000_000_000L;

    private final long windowBytesMin;
    private long windowStartNanos;
    private long bytesAtStart;

    /// @param bytesPerSecondMin 0 for any
    BodyPace(int bytesPerSecondMin, long nowNanos) {
        this.windowBytesMin = bytesPerSecondMin * WINDOW_SECONDS;
        this.windowStartNanos = nowNanos;
    }

    /// Called once in a while.
    ///
    /// @param receivedBytes all body bytes so far
    /// @param reading whether the gateway waits for more of them
    boolean isTooSlow(long nowNanos, long receivedBytes, boolean reading) {
        boolean enough = receivedBytes - bytesAtStart >= windowBytesMin;
        if (!reading || enough) {
            windowStartNanos = nowNanos;
            bytesAtStart = receivedBytes;
            return false;
        }
        return nowNanos - windowStartNanos > WINDOW_NANOS;
    }
}
