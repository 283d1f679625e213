package dev.tollgate.ingest.store.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growing array of bytes with the fields of PostgreSQL's binary COPY format (documentation of COPY, "Binary
/// Format"): integers are big endian; a field is its length and its bytes, -1 for NULL. Room is made once for each row,
/// beforehand. One thread owns an instance.
final class RowBytes {

    private static final VarHandle INT16 = view(short[].class);
    private static final VarHandle INT32 = view(int[].class);
    private static final VarHandle INT64 = view(long[].class);
    private static final int BYTES_FIRST = 1 << 20;
    private static final long EPOCH_2000_MS = 946_684_800_000L;

    private byte[] bytes = new byte[BYTES_FIRST];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /// Makes room for what is written next.
    void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    void startRow(int columns) {
        INT16.set(bytes, length, (short) columns);
        length += Short.BYTES;
    }

    void nothing() {
        int32(-1);
    }

    void text(byte[] utf8, int from, int size) {
        int32(size);
        System.arraycopy(utf8, from, bytes, length, size);
        length += size;
    }

    /// A `timestamptz`: microseconds since 2000-01-01 UTC.
    void timestamp(long epochMs) {
        bigint((epochMs - EPOCH_2000_MS) * 1_000);
    }

    void uuid(long high, long low) {
        int32(2 * Long.BYTES);
        int64(high);
        int64(low);
    }

    void bigint(long value) {
        int32(Long.BYTES);
        int64(value);
    }

    void integer(int value) {
        int32(Integer.BYTES);
        int32(value);
    }

    /// A number that was written at that place.
    int int32At(int at) {
        return (int) INT32.get(bytes, at);
    }

    long int64At(int at) {
        return (long) INT64.get(bytes, at);
    }

    /// The moment of a `timestamptz` that was written at that place, behind its length.
    long epochMsAt(int at) {
        return int64At(at) / 1_000 + EPOCH_2000_MS;
    }

    private void int32(int value) {
        INT32.set(bytes, length, value);
        length += Integer.BYTES;
    }

    private void int64(long value) {
        INT64.set(bytes, length, value);
        length += Long.BYTES;
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
    }
}
