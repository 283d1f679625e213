package dev.tollgate.ingest.store.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/// Writes PostgreSQL's binary COPY format (documentation of COPY, "Binary Format") through one buffer that is
/// sent whenever it is full. Integers are big endian; a field is its length and its bytes, -1 for NULL.
///
/// One thread owns an instance; it serves one COPY after the other.
final class CopyWriter {

    private static final int BUFFER_BYTES = 64 * 1_024;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final long EPOCH_2000_MS = 946_684_800_000L;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int length;
    private @Nullable CopyIn copy;

    void start(CopyIn newCopy) throws SQLException {
        copy = newCopy;
        length = 0;
        bytes(SIGNATURE);
        int32(0);
        int32(0);
    }

    long finish() throws SQLException {
        int16(-1);
        flush();
        return current().endCopy();
    }

    void startRow(int columns) throws SQLException {
        int16(columns);
    }

    void text(@Nullable String value) throws SQLException {
        if (value == null) {
            int32(-1);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int32(utf8.length);
        bytes(utf8);
    }

    /// A `timestamptz`: microseconds since 2000-01-01 UTC.
    void timestamp(long epochMs) throws SQLException {
        bigint((epochMs - EPOCH_2000_MS) * 1_000);
    }

    void uuid(@Nullable UUID value) throws SQLException {
        if (value == null) {
            int32(-1);
            return;
        }
        int32(16);
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
    }

    void bigint(long value) throws SQLException {
        int32(8);
        int64(value);
    }

    void bigint(@Nullable Long value) throws SQLException {
        if (value == null) {
            int32(-1);
        } else {
            bigint(value.longValue());
        }
    }

    void integer(@Nullable Integer value) throws SQLException {
        if (value == null) {
            int32(-1);
        } else {
            int32(4);
            int32(value);
        }
    }

    /// Sends what is buffered on its way to the server.
    void flush() throws SQLException {
        current().writeToCopy(buffer, 0, length);
        length = 0;
    }

    private void int16(int value) throws SQLException {
        reserve(2);
        buffer[length++] = (byte) (value >>> 8);
        buffer[length++] = (byte) value;
    }

    private void int32(int value) throws SQLException {
        reserve(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    private void int64(long value) throws SQLException {
        reserve(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    private void bytes(byte[] value) throws SQLException {
        int from = 0;
        while (from < value.length) {
            reserve(1);
            int part = Math.min(value.length - from, buffer.length - length);
            System.arraycopy(value, from, buffer, length, part);
            from += part;
            length += part;
        }
    }

    private void reserve(int bytes) throws SQLException {
        if (buffer.length - length < bytes) {
            flush();
        }
    }

    private CopyIn current() {
        if (copy == null) {
            throw new IllegalStateException("no COPY has been started");
        }
        return copy;
    }
}
