package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.RefusedRow;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings rows into the raw table within the connection's transaction, the quick way or the careful way. One
/// thread owns an instance.
final class RowLoader {

    private static final Logger LOG = LoggerFactory.getLogger(RowLoader.class);

    private final BinaryCopy copy;
    private final Staging staging;

    RowLoader(StrikePoints strikePoints) {
        copy = new BinaryCopy(strikePoints);
        staging = new Staging(copy);
    }

    /// What became of the rows.
    record Loaded(int stored, int duplicates, List<RefusedRow> refused) {}

    /// One COPY. Throws `RowsRefusedException` when a row is to blame; the transaction is broken then.
    Loaded quickly(Connection connection, CopyRows rows) throws SQLException, RowsRefusedException {
        try {
            if (rows.size() > 0) {
                copy.into(BinaryCopy.RAW_TABLE, connection, rows, 0, rows.size());
            }
            return new Loaded(rows.size(), 0, List.of());
        } catch (SQLException e) {
            if (SqlFaults.isOfData(e)) {
                throw new RowsRefusedException(e);
            }
            throw e;
        }
    }

    /// Behind savepoints: rows that are there already are left out and their hours marked, and halving finds the
    /// rows that the database does not take.
    Loaded carefully(Connection connection, CopyRows rows) throws SQLException {
        Careful careful = new Careful(connection, rows);
        careful.load(0, rows.size());
        return new Loaded(
                rows.size() - careful.duplicates - careful.refused.size(), careful.duplicates, careful.refused);
    }

    private final class Careful {
        private final Connection connection;
        private final CopyRows rows;
        private final List<RefusedRow> refused = new ArrayList<>();
        private int duplicates;

        Careful(Connection connection, CopyRows rows) {
            this.connection = connection;
            this.rows = rows;
        }

        void load(int from, int to) throws SQLException {
            if (from == to) {
                return;
            }
            SQLException fault = attempt(() -> copy.into(BinaryCopy.RAW_TABLE, connection, rows, from, to));
            if (fault != null && SqlFaults.isUniqueViolation(fault)) {
                fault = attempt(() -> duplicates += staging.store(connection, rows, from, to));
            }
            if (fault == null) {
                return;
            }
            if (to - from == 1) {
                LOG.error(
                        "The raw table refuses event {} of tenant {}: {}",
                        rows.id(from),
                        rows.tenantId(from),
                        fault.getMessage());
                refused.add(new RefusedRow(rows.ordinal(from), SqlFaults.reasonOf(fault)));
                return;
            }
            int middle = from + (to - from) / 2;
            load(from, middle);
            load(middle, to);
        }

        /// The fault of the rows, after which their effects are undone; null when all went well.
        private @Nullable SQLException attempt(Work work) throws SQLException {
            Savepoint savepoint = connection.setSavepoint();
            try {
                work.run();
                connection.releaseSavepoint(savepoint);
                return null;
            } catch (SQLException e) {
                if (!SqlFaults.isOfData(e)) {
                    throw e;
                }
                connection.rollback(savepoint);
                return e;
            }
        }
    }

    private interface Work {
        void run() throws SQLException;
    }
}
