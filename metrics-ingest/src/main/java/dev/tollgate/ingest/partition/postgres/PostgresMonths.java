package dev.tollgate.ingest.partition.postgres;

import dev.tollgate.ingest.partition.Months;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.sql.DataSource;

/// Months as partitions, made by `tollgate.ensure_month` under its advisory lock.
public final class PostgresMonths implements Months {

    private static final String MADE = """
            SELECT to_date(substring(c.relname FROM '^tenant_metrics_raw_(\\d{4}_\\d{2})$'), 'YYYY_MM')
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'public.tenant_metrics_raw'::regclass AND c.relname ~ '^tenant_metrics_raw_\\d{4}_\\d{2}$'
            """;

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
    public SortedSet<YearMonth> made() {
        SortedSet<YearMonth> months = new TreeSet<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(MADE);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                months.add(YearMonth.from(row.getObject(1, LocalDate.class)));
            }
            return months;
        } catch (SQLException e) {
            throw new IllegalStateException("could not look for the raw partitions", e);
        }
    }

    /// On a given connection in autocommit mode, because attaching a partition takes locks that a transaction
    /// would keep.
    public static boolean ensure(Connection connection, YearMonth month) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT tollgate.ensure_month(?)")) {
            statement.setObject(1, month.atDay(1));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
