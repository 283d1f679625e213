package dev.tollgate.aggregator.fold;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The local form of a bucket: a format byte, its numbers as int64, its routes, then the plain sketch when there is
/// one. A bucket whose first events were folded before there were routes has none, and a format of its own.
record BucketState(
        long[] numbers,
        @Nullable RouteTotals routes,
        @Nullable QuantileSketch durations) {

    private static final byte WITHOUT_ROUTES = 1;
    private static final byte WITH_ROUTES = 2;
    private static final byte[] NOTHING = {};

    byte[] write() {
        byte[] parts = routes == null ? NOTHING : routes.toState();
        byte[] sketch = durations == null ? NOTHING : durations.toPlainBytes();
        ByteBuffer out = ByteBuffer.allocate(1 + numbers.length * Long.BYTES + parts.length + sketch.length);
        out.put(routes == null ? WITHOUT_ROUTES : WITH_ROUTES);
        for (long number : numbers) {
            out.putLong(number);
        }
        return out.put(parts).put(sketch).array();
    }

    static BucketState read(byte[] state, int count) {
        ByteBuffer in = ByteBuffer.wrap(state);
        byte format = in.get();
        if (format != WITHOUT_ROUTES && format != WITH_ROUTES) {
            throw new IllegalStateException("a stored bucket of unknown format " + format);
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = in.getLong();
        }
        RouteTotals routes = format == WITH_ROUTES ? RouteTotals.read(in) : null;
        return new BucketState(numbers, routes, in.hasRemaining() ? QuantileSketch.fromPlainBytes(in.slice()) : null);
    }
}
