package dev.tollgate.gateway.journal.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/// The database's clock.
public final class LedgerTime {

    private LedgerTime() {}

    /// Epoch milliseconds now.
    public static long read(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }
}
