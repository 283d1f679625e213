package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.EventRow;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Sends rows with COPY, in the connection's transaction. One thread owns an instance.
final class BinaryCopy {

    static final String RAW_TABLE = "tenant_metrics_raw";

    private final CopyWriter writer = new CopyWriter();
    private final StrikePoints strikePoints;

    BinaryCopy(StrikePoints strikePoints) {
        this.strikePoints = strikePoints;
    }

    void into(String table, Connection connection, List<EventRow> rows) throws SQLException {
        String sql = "COPY " + table + " (" + RawColumns.NAMES + ") FROM STDIN (FORMAT binary)";
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            writer.start(copy);
            int half = rows.size() / 2;
            for (int i = 0; i < rows.size(); i++) {
                if (i == half) {
                    writer.flush();
                    copy.flushCopy();
                    strikePoints.pass(StrikePoints.INGEST_DURING_COPY);
                }
                RawColumns.write(rows.get(i), writer);
            }
            long copied = writer.finish();
            if (copied != rows.size()) {
                throw new SQLException("COPY took " + copied + " rows of " + rows.size());
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
