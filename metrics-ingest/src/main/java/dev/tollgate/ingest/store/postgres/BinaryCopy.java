package dev.tollgate.ingest.store.postgres;

import dev.tollgate.schema.access.strike.StrikePoints;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Sends rows with binary COPY, in the connection's transaction, through one buffer that is sent whenever it is full.
/// One thread owns an instance; it serves one COPY after the other.
final class BinaryCopy {

    static final String RAW_TABLE = "tenant_metrics_raw";

    private static final int BUFFER_BYTES = 64 * 1_024;

    /// Signature, flags, and the length of no header extension.
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] TRAILER = {-1, -1};

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final StrikePoints strikePoints;
    private int length;

    BinaryCopy(StrikePoints strikePoints) {
        this.strikePoints = strikePoints;
    }

    /// Sends the rows from `from` to before `to`.
    void into(String table, Connection connection, CopyRows rows, int from, int to) throws SQLException {
        String sql = "COPY " + table + " (" + RawColumns.NAMES + ") FROM STDIN (FORMAT binary)";
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            length = 0;
            send(HEADER, 0, HEADER.length, copy);
            int half = from + (to - from) / 2;
            for (int i = from; i < to; i++) {
                if (i == half) {
                    flush(copy);
                    copy.flushCopy();
                    strikePoints.pass(StrikePoints.INGEST_DURING_COPY);
                }
                send(rows.bytes(), rows.start(i), rows.end(i), copy);
            }
            send(TRAILER, 0, TRAILER.length, copy);
            flush(copy);
            long copied = copy.endCopy();
            if (copied != to - from) {
                throw new SQLException("COPY took " + copied + " rows of " + (to - from));
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void send(byte[] bytes, int from, int to, CopyIn copy) throws SQLException {
        int sent = from;
        while (sent < to) {
            if (length == buffer.length) {
                flush(copy);
            }
            int part = Math.min(to - sent, buffer.length - length);
            System.arraycopy(bytes, sent, buffer, length, part);
            sent += part;
            length += part;
        }
    }

    private void flush(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer, 0, length);
        length = 0;
    }
}
