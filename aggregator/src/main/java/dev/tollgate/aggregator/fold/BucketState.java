package dev.tollgate.aggregator.fold;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The local form of a bucket: a format byte, its numbers as int64, then the plain sketch when there is one.
record BucketState(long[] numbers, @Nullable QuantileSketch durations) {

    static byte[] write(byte format, long[] numbers, @Nullable QuantileSketch durations) {
        byte[] sketch = durations == null ? new byte[0] : durations.toPlainBytes();
        ByteBuffer out = ByteBuffer.allocate(1 + numbers.length * Long.BYTES + sketch.length);
        out.put(format);
        for (long number : numbers) {
            out.putLong(number);
        }
        return out.put(sketch).array();
    }

    static BucketState read(byte format, byte[] state, int count) {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (in.get() != format) {
            throw new IllegalStateException("a stored bucket of unknown format " + state[0]);
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = in.getLong();
        }
        return new BucketState(numbers, in.hasRemaining() ? QuantileSketch.fromPlainBytes(in.slice()) : null);
    }
}
