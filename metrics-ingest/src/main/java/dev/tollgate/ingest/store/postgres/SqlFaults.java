package dev.tollgate.ingest.store.postgres;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Tells by SQLSTATE (PostgreSQL documentation, appendix A) whose fault an error is.
final class SqlFaults {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String DATA_EXCEPTION = "22";
    private static final String INTEGRITY_VIOLATION = "23";

    /// A constraint that `tollgate.seal_raw_month` adds.
    private static final String SEALED_MONTH = "raw_month_is_sealed";

    /// Where PostgreSQL says that no partition takes a row.
    private static final String NO_PARTITION = "ExecFindPartition";

    private SqlFaults() {}

    static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /// Why a row was refused, for people; continues a sentence.
    static String reasonOf(SQLException e) {
        return isOfClosedMonth(e)
                ? "belongs to a month that takes no more events, because it is or will be exported and dropped"
                : "was refused by the raw table: " + e.getMessage();
    }

    /// The month is sealed, or dropped: months that are merely missing were made before the rows.
    private static boolean isOfClosedMonth(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return message != null
                && (SEALED_MONTH.equals(message.getConstraint()) || NO_PARTITION.equals(message.getRoutine()));
    }

    /// Whether the rows are to blame, so that the same rows will fail again.
    static boolean isOfData(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith(DATA_EXCEPTION) || state.startsWith(INTEGRITY_VIOLATION));
    }
}
