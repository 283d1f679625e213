package dev.tollgate.ingest.partition.postgres;

import dev.tollgate.ingest.partition.MonthExport;
import dev.tollgate.ingest.partition.RawMonths;
import dev.tollgate.ingest.partition.TenantTotals;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/// Months through the functions of `V14__raw_months.sql`, which check every step themselves. A session of its own per
/// call.
public final class PostgresRawMonths implements RawMonths {

    /// How long ingest may have to wait behind a lock that this waits for.
    private static final String LOCK_TIMEOUT = "100ms";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int FETCH_ROWS = 1_000;
    private static final String RETENTION_LOCK = "hashtextextended('tollgate.raw_months', 0)";

    private static final String COLUMNS = """
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'public.tenant_metrics_raw'::regclass AND attnum > 0 AND NOT attisdropped
            """;

    private final DataSource dataSource;

    /// @param dataSource opens a new connection each time, whose answers may take as long as reading a month does
    public PostgresRawMonths(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public boolean alone(Runnable work) {
        return ask("lock the raw months", session -> {
            if (!truth(session, "SELECT pg_try_advisory_lock(" + RETENTION_LOCK + ")")) {
                return false;
            }
            work.run();
            return truth(session, "SELECT pg_advisory_unlock(" + RETENTION_LOCK + ")");
        });
    }

    @Override
    public List<String> holds(YearMonth month) {
        return ask("ask what holds " + month, session -> {
            List<String> reasons = new ArrayList<>();
            try (PreparedStatement statement = session.prepareStatement("SELECT * FROM tollgate.raw_month_holds(?)")) {
                statement.setObject(1, month.atDay(1));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        reasons.add(row.getString(1));
                    }
                }
            }
            return reasons;
        });
    }

    @Override
    public boolean seal(YearMonth month) {
        return ask(
                "seal " + month,
                session -> unlessLocked(session, () -> {
                    try (PreparedStatement statement = session.prepareStatement("SELECT tollgate.seal_raw_month(?)")) {
                        statement.setObject(1, month.atDay(1));
                        statement.execute();
                    }
                }));
    }

    @Override
    public Optional<MonthExport> exported(YearMonth month) {
        return ask("read the export of " + month, session -> {
            try (PreparedStatement statement = session.prepareStatement(
                    "SELECT row_count, void_count, total_units, fingerprint, file_name, file_bytes, file_sha256"
                            + " FROM raw_months WHERE month = ? AND state = 'exported'")) {
                statement.setObject(1, month.atDay(1));
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new MonthExport(
                                    month,
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getLong(6),
                                    HexFormat.of().formatHex(row.getBytes(7))))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<Instant> lastExport() {
        return ask("read when a month was exported", session -> {
            try (PreparedStatement statement = session.prepareStatement("SELECT max(exported_at) FROM raw_months");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant);
            }
        });
    }

    /// Times are written in UTC and ISO 8601, so that the text is the same whatever this host's zone is.
    @Override
    public void copy(YearMonth month, OutputStream out) throws IOException {
        try (Connection session = dataSource.getConnection();
                Statement statement = session.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            statement.execute("SET DateStyle = 'ISO'");
            String sql = "COPY (SELECT " + text(session, COLUMNS) + " FROM tenant_metrics_raw WHERE event_time >= '"
                    + month.atDay(1) + " 00:00+00' AND event_time < '"
                    + month.plusMonths(1).atDay(1)
                    + " 00:00+00' ORDER BY tenant_id, event_time, id) TO STDOUT (FORMAT csv, HEADER)";
            session.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        } catch (SQLException e) {
            throw new IllegalStateException("could not read the raw month " + month + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void totals(YearMonth month, Consumer<TenantTotals> each) {
        ask("count the raw month " + month, session -> {
            session.setAutoCommit(false);
            try (PreparedStatement statement = session.prepareStatement("SELECT * FROM tollgate.raw_month_totals(?)")) {
                statement.setFetchSize(FETCH_ROWS);
                statement.setObject(1, month.atDay(1));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        each.accept(new TenantTotals(
                                row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
                    }
                }
            }
            session.commit();
            return true;
        });
    }

    @Override
    public void record(MonthExport export) {
        ask("record the export of " + export.month(), session -> {
            try (PreparedStatement statement =
                    session.prepareStatement("SELECT tollgate.record_raw_export(?, ?, ?, ?, ?, ?, ?, ?)")) {
                statement.setObject(1, export.month().atDay(1));
                statement.setLong(2, export.rows());
                statement.setLong(3, export.voids());
                statement.setLong(4, export.units());
                statement.setLong(5, export.fingerprint());
                statement.setString(6, export.fileName());
                statement.setLong(7, export.fileBytes());
                statement.setBytes(8, HexFormat.of().parseHex(export.sha256()));
                return statement.execute();
            }
        });
    }

    @Override
    public boolean drop(MonthExport export) {
        return ask(
                "drop " + export.month(),
                session -> unlessLocked(session, () -> {
                    try (PreparedStatement statement =
                            session.prepareStatement("SELECT tollgate.drop_raw_month(?, ?)")) {
                        statement.setObject(1, export.month().atDay(1));
                        statement.setBytes(2, HexFormat.of().parseHex(export.sha256()));
                        statement.execute();
                    }
                }));
    }

    /// Does the work in a transaction; false when a lock was not to be had in time.
    private static boolean unlessLocked(Connection session, Work work) throws SQLException {
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
            work.run();
            session.commit();
            return true;
        } catch (SQLException e) {
            session.rollback();
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private <T> T ask(String what, Question<T> question) {
        try (Connection session = dataSource.getConnection()) {
            return question.to(session);
        } catch (SQLException e) {
            throw new IllegalStateException("could not " + what + ": " + e.getMessage(), e);
        }
    }

    private static boolean truth(Connection session, String sql) throws SQLException {
        return "t".equals(text(session, sql));
    }

    private static String text(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private interface Question<T> {
        T to(Connection session) throws SQLException;
    }

    private interface Work {
        void run() throws SQLException;
    }
}
