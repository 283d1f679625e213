package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.HourlyBucket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/// A mergeable sketch of durations: an HdrHistogram of 2 significant digits, so that every value is known to 1 %
/// (below 256 ms exactly). The same values in any order, split and merged in any way, give the same bytes.
///
/// **Percentile rule:** the p-th percentile is the upper end of the sketch's cell that holds the value of rank
/// ⌈p/100 · n⌉ in ascending order. Percentiles of a longer span are those of the merged sketches, never an average.
///
/// Mutable; one thread owns an instance.
public final class QuantileSketch {

    /// Longer durations count as this one: 1 h. It bounds a sketch to about 2,000 cells.
    public static final long SKETCHED_MS_MAX = 3_600_000L;

    private static final int SIGNIFICANT_DIGITS = 2;

    /// The compressed form of HdrHistogram's encoding V2: this cookie, a length, the deflated encoding. Written by
    /// hand because the library's own method keeps two buffers of the encoding's size in every histogram.
    private static final int COMPRESSED_COOKIE = 0x1c849304 | 0x10;

    /// Where the encoding names the highest value that the histogram could hold without growing.
    private static final int HIGHEST_TRACKABLE_AT = 4 * Integer.BYTES + Long.BYTES;

    /// Values below have a cell of their own.
    private static final long EXACT_BELOW_MS = 256;

    private static final int COMPRESSED_HEADER_BYTES = 1 + 2 * Integer.BYTES;

    /// One per thread: each takes a quarter of a MiB outside of the heap, which costs more to make than a sketch to
    /// deflate.
    private static final ThreadLocal<Deflater> DEFLATER = ThreadLocal.withInitial(Deflater::new);

    private Histogram histogram;

    /// Empty.
    public QuantileSketch() {
        histogram = new Histogram(SIGNIFICANT_DIGITS);
    }

    private QuantileSketch(Histogram histogram) {
        histogram.setAutoResize(true);
        this.histogram = histogram;
    }

    public void record(long durationMs) {
        histogram.recordValue(Math.min(durationMs, SKETCHED_MS_MAX));
    }

    /// Takes a recorded duration out: the sketch is then as if it had never been recorded. Does nothing when no
    /// duration of its cell was.
    public void remove(long durationMs) {
        long sketchedMs = Math.min(durationMs, SKETCHED_MS_MAX);
        long recorded = histogram.getCountAtValue(sketchedMs);
        if (recorded == 0) {
            return;
        }
        histogram.recordValueWithCount(sketchedMs, -1);
        if (recorded == 1 && histogram.valuesAreEquivalent(sketchedMs, histogram.getMaxValue())) {
            histogram = rebuilt();
        }
    }

    /// A histogram never lowers its maximum; one that is filled anew has that of its values.
    private Histogram rebuilt() {
        Histogram rebuilt = new Histogram(SIGNIFICANT_DIGITS);
        for (HistogramIterationValue cell : histogram.recordedValues()) {
            rebuilt.recordValueWithCount(cell.getValueIteratedTo(), cell.getCountAtValueIteratedTo());
        }
        return rebuilt;
    }

    /// Adds several values that are the same; `count` is positive.
    public void record(long durationMs, long count) {
        histogram.recordValueWithCount(Math.min(durationMs, SKETCHED_MS_MAX), count);
    }

    public void add(QuantileSketch other) {
        histogram.add(other.histogram);
    }

    public long count() {
        return histogram.getTotalCount();
    }

    /// By the percentile rule; 0 when empty.
    public long percentileMs(double percentile) {
        return histogram.getValueAtPercentile(percentile);
    }

    /// The published form: the format version, then HdrHistogram's compressed encoding.
    public byte[] toBytes() {
        byte[] plain = toPlainBytes();
        byte[] deflated = new byte[plain.length + 64];
        Deflater deflater = DEFLATER.get();
        deflater.reset();
        deflater.setInput(plain);
        deflater.finish();
        int deflatedBytes = deflater.deflate(deflated);
        if (!deflater.finished()) {
            throw new IllegalStateException("a sketch of " + plain.length + " bytes grew when deflated");
        }
        ByteBuffer out = ByteBuffer.allocate(COMPRESSED_HEADER_BYTES + deflatedBytes);
        out.put(HourlyBucket.SKETCH_VERSION).putInt(COMPRESSED_COOKIE).putInt(deflatedBytes);
        out.put(deflated, 0, deflatedBytes);
        return out.array();
    }

    /// Reads `toBytes`; throws `IllegalArgumentException` for anything else.
    public static QuantileSketch fromBytes(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != HourlyBucket.SKETCH_VERSION) {
            throw new IllegalArgumentException("a sketch of an unknown format");
        }
        try {
            ByteBuffer compressed = ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1, bytes.length));
            return new QuantileSketch(Histogram.decodeFromCompressedByteBuffer(compressed, 0));
        } catch (DataFormatException | RuntimeException e) {
            throw new IllegalArgumentException("a sketch that cannot be read", e);
        }
    }

    /// The form for local state: not compressed, since it is written at every commit.
    byte[] toPlainBytes() {
        ByteBuffer plain = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int bytes = histogram.encodeIntoByteBuffer(plain);
        plain.putLong(HIGHEST_TRACKABLE_AT, highestTrackable());
        return Arrays.copyOf(plain.array(), bytes);
    }

    /// How far a histogram has grown depends on how it was put together; what is written depends on its values only.
    private long highestTrackable() {
        long maxMs = histogram.getMaxValue();
        return maxMs < EXACT_BELOW_MS ? EXACT_BELOW_MS - 1 : (Long.highestOneBit(maxMs) << 1) - 1;
    }

    static QuantileSketch fromPlainBytes(ByteBuffer plain) {
        return new QuantileSketch(Histogram.decodeFromByteBuffer(plain, 0));
    }
}
