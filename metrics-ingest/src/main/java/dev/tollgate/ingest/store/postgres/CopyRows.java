package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.schema.contract.EventCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// Rows in the form in which COPY takes them, one behind the other in one array, and the numbers of those that are
/// kept.
/// Nothing moves when they are sorted but these numbers. The array is used again by the next batch; it never holds
/// more than one batch, and a row is no longer than the JSON it comes from.
///
/// One thread owns an instance.
final class CopyRows implements EventRows {

    private static final int ROWS_FIRST = 1_024;

    private final RowBytes out = new RowBytes();
    private int[] starts = new int[ROWS_FIRST];
    private int[] ordinals = new int[ROWS_FIRST];
    private int added;
    private int[] kept = new int[ROWS_FIRST];
    private int[] spare = new int[ROWS_FIRST];
    private int size;

    void clear() {
        out.clear();
        added = 0;
        size = 0;
    }

    @Override
    public int add(EventCursor event, long logPosition, int ordinal) {
        if (added == starts.length) {
            starts = Arrays.copyOf(starts, 2 * added);
            ordinals = Arrays.copyOf(ordinals, 2 * added);
        }
        starts[added] = out.length();
        ordinals[added] = ordinal;
        RawColumns.write(event, logPosition, out);
        return added++;
    }

    @Override
    public void keep(int row) {
        if (size == kept.length) {
            kept = Arrays.copyOf(kept, 2 * size);
        }
        kept[size++] = row;
    }

    /// How many rows are kept; the other methods number them from 0.
    int size() {
        return size;
    }

    byte[] bytes() {
        return out.bytes();
    }

    int start(int index) {
        return starts[kept[index]];
    }

    /// Where the row ends.
    int end(int index) {
        int row = kept[index];
        return row + 1 < added ? starts[row + 1] : out.length();
    }

    int ordinal(int index) {
        return ordinals[kept[index]];
    }

    String tenantId(int index) {
        int at = start(index) + RawColumns.KEY_FROM;
        return new String(bytes(), at + Integer.BYTES, out.int32At(at), StandardCharsets.UTF_8);
    }

    long eventTimeMs(int index) {
        return out.epochMsAt(behindTenant(start(index)) + Integer.BYTES);
    }

    UUID id(int index) {
        int at = behindTenant(start(index)) + 2 * Integer.BYTES + Long.BYTES;
        return new UUID(out.int64At(at), out.int64At(at + Long.BYTES));
    }

    /// Brings the rows into the order of the raw table's key, in which they touch each page of its index once: merges
    /// runs of growing length.
    void sort() {
        if (spare.length < kept.length) {
            spare = new int[kept.length];
        }
        for (int run = 1; run < size; run *= 2) {
            for (int from = 0; from < size; from += 2 * run) {
                merge(from, Math.min(from + run, size), Math.min(from + 2 * run, size));
            }
            int[] merged = spare;
            spare = kept;
            kept = merged;
        }
    }

    private void merge(int from, int middle, int to) {
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takesLeft = left < middle && (right >= to || compare(kept[left], kept[right]) <= 0);
            spare[i] = takesLeft ? kept[left++] : kept[right++];
        }
    }

    /// By tenant, time and id, as PostgreSQL orders them: by unsigned bytes, in which no time is negative.
    private int compare(int a, int b) {
        byte[] bytes = out.bytes();
        int tenantA = starts[a] + RawColumns.KEY_FROM + Integer.BYTES;
        int tenantB = starts[b] + RawColumns.KEY_FROM + Integer.BYTES;
        int endA = behindTenant(starts[a]);
        int endB = behindTenant(starts[b]);
        int byTenant = Arrays.compareUnsigned(bytes, tenantA, endA, bytes, tenantB, endB);
        return byTenant != 0
                ? byTenant
                : Arrays.compareUnsigned(
                        bytes,
                        endA,
                        endA + RawColumns.TIME_AND_ID_BYTES,
                        bytes,
                        endB,
                        endB + RawColumns.TIME_AND_ID_BYTES);
    }

    private int behindTenant(int start) {
        int at = start + RawColumns.KEY_FROM;
        return at + Integer.BYTES + out.int32At(at);
    }
}
