package dev.tollgate.gateway.violation.postgres;

import dev.tollgate.gateway.violation.ViolationStore;
import dev.tollgate.gateway.violation.ViolationsUnavailableException;
import dev.tollgate.schema.contract.QuotaViolation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Adds counts to `tenant_quota_violations`, one statement for all. The same statement raises the writer's flush number
/// in `violation_writers`, and adds nothing when that number was reached already.
public final class PostgresViolationStore implements ViolationStore {

    private static final int TIMEOUT_SECONDS = 5;

    private static final String ADD = """
            WITH flush AS (
                INSERT INTO violation_writers AS w (writer, flush_number) VALUES (?, ?)
                ON CONFLICT (writer) DO UPDATE SET flush_number = excluded.flush_number, written_at = excluded.written_at
                    WHERE w.flush_number < excluded.flush_number
                RETURNING flush_number)
            INSERT INTO tenant_quota_violations AS v
                (tenant_id, quota_type, route, violated_at, limit_value, current_value, endpoint, denied_count)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[], ?::bigint[], ?::text[],
                ?::bigint[])
            WHERE EXISTS (SELECT FROM flush)
            ON CONFLICT (tenant_id, violated_at, quota_type, route) DO UPDATE SET
                denied_count = v.denied_count + excluded.denied_count, limit_value = excluded.limit_value,
                current_value = excluded.current_value, endpoint = excluded.endpoint
            """;

    /// A process that wrote nothing for so long repeats nothing either.
    private static final String FORGET = "DELETE FROM violation_writers WHERE written_at < now() - interval '7 days'";

    private static final Comparator<QuotaViolation> LOCK_ORDER = Comparator.comparing(QuotaViolation::tenantId)
            .thenComparing(QuotaViolation::minute)
            .thenComparing(QuotaViolation::quotaType)
            .thenComparing(PostgresViolationStore::route);

    private final DataSource dataSource;
    private final String writer;

    /// @param writer a name that no other process has, nor will have
    public PostgresViolationStore(DataSource dataSource, String writer) {
        this.dataSource = dataSource;
        this.writer = writer;
    }

    @Override
    public void add(long flushNumber, List<QuotaViolation> unordered) throws ViolationsUnavailableException {
        List<QuotaViolation> counts = unordered.stream().sorted(LOCK_ORDER).toList();
        try (Connection connection = dataSource.getConnection()) {
            if (flushNumber == 1) {
                forgetOldWriters(connection);
            }
            add(connection, flushNumber, counts);
        } catch (SQLException failure) {
            throw new ViolationsUnavailableException("counted denials were not stored", failure);
        }
    }

    private static void forgetOldWriters(Connection connection) throws SQLException {
        try (Statement forget = connection.createStatement()) {
            forget.setQueryTimeout(TIMEOUT_SECONDS);
            forget.executeUpdate(FORGET);
        }
    }

    private void add(Connection connection, long flushNumber, List<QuotaViolation> counts) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            add.setQueryTimeout(TIMEOUT_SECONDS);
            add.setString(1, writer);
            add.setLong(2, flushNumber);
            set(add, 3, "text", counts, QuotaViolation::tenantId);
            set(add, 4, "text", counts, QuotaViolation::quotaType);
            set(add, 5, "text", counts, PostgresViolationStore::route);
            set(
                    add,
                    6,
                    "text",
                    counts,
                    count -> count.minute().atOffset(ZoneOffset.UTC).toString());
            set(add, 7, "int8", counts, QuotaViolation::limitValue);
            set(add, 8, "int8", counts, QuotaViolation::currentValue);
            set(add, 9, "text", counts, QuotaViolation::endpoint);
            set(add, 10, "int8", counts, QuotaViolation::deniedCount);
            add.executeUpdate();
        }
    }

    private static String route(QuotaViolation count) {
        String route = count.route();
        return route == null ? "" : route;
    }

    private static void set(
            PreparedStatement statement,
            int at,
            String type,
            List<QuotaViolation> counts,
            Function<QuotaViolation, ? extends @Nullable Object> column)
            throws SQLException {
        Object[] values = counts.stream().map(column).toArray();
        statement.setArray(at, statement.getConnection().createArrayOf(type, values));
    }
}
