package dev.tollgate.ingest.intake.postgres;

import dev.tollgate.ingest.intake.ClosedMonths;
import dev.tollgate.ingest.intake.IntakeUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;

/// The months of `raw_months`, which has at most one row for each month since 2000. Safe for use by several threads.
public final class PostgresClosedMonths implements ClosedMonths {

    private final DataSource dataSource;

    public PostgresClosedMonths(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Set<YearMonth> all() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT month FROM raw_months");
                ResultSet row = statement.executeQuery()) {
            Set<YearMonth> months = new HashSet<>();
            while (row.next()) {
                months.add(YearMonth.from(row.getObject(1, LocalDate.class)));
            }
            return months;
        } catch (SQLException e) {
            throw new IntakeUnavailableException("could not read which raw months are closed", e);
        }
    }
}
