package dev.tollgate.ingest.store.postgres;

import java.sql.SQLException;

/// Tells by SQLSTATE (PostgreSQL documentation, appendix A) whose fault an error is.
final class SqlFaults {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String DATA_EXCEPTION = "22";
    private static final String INTEGRITY_VIOLATION = "23";

    private SqlFaults() {}

    static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /// Whether the rows are to blame, so that the same rows will fail again.
    static boolean isOfData(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith(DATA_EXCEPTION) || state.startsWith(INTEGRITY_VIOLATION));
    }
}
