package dev.tollgate.billing.run.postgres;

import java.sql.SQLException;
import java.util.Set;

/// Tells faults of the moment from faults of the data.
final class SqlFaults {

    /// SQLSTATE classes of faults that go away: connection, transaction rollback, resources, operator intervention,
    /// object state (locks), system.
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "55", "57", "58");

    private static final int CLASS_CHARS = 2;

    private SqlFaults() {}

    /// Whether the same work may succeed a little later.
    static boolean passing(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state == null
                        || state.length() < CLASS_CHARS
                        || PASSING_CLASSES.contains(state.substring(0, CLASS_CHARS));
            }
        }
        return false;
    }
}
