package dev.tollgate.ingest.partition.postgres;

import dev.tollgate.ingest.partition.Months;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.Locale;
import javax.sql.DataSource;

/// Months as partitions, made by `tollgate.ensure_month` under its advisory lock.
public final class PostgresMonths implements Months {

    private final DataSource dataSource;

    public PostgresMonths(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public boolean ensure(YearMonth month) {
        try (Connection connection = dataSource.getConnection()) {
            return ensure(connection, month);
        } catch (SQLException e) {
            throw new IllegalStateException("could not make the raw partition of " + month, e);
        }
    }

    @Override
    public boolean exists(YearMonth month) {
        String name = String.format(
                Locale.ROOT, "public.tenant_metrics_raw_%04d_%02d", month.getYear(), month.getMonthValue());
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, name);
            return single(statement);
        } catch (SQLException e) {
            throw new IllegalStateException("could not look for the raw partition of " + month, e);
        }
    }

    /// On a given connection in autocommit mode, because attaching a partition takes locks that a transaction
    /// would keep.
    public static boolean ensure(Connection connection, YearMonth month) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT tollgate.ensure_month(?)")) {
            statement.setObject(1, month.atDay(1));
            return single(statement);
        }
    }

    private static boolean single(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
