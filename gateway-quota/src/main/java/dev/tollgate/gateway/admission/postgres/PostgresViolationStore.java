package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.ViolationCount;
import dev.tollgate.gateway.admission.ViolationStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

/// Adds counts to `tenant_quota_violations`, one statement for all. If its answer is lost, it may count twice.
public final class PostgresViolationStore implements ViolationStore {

    private static final int TIMEOUT_SECONDS = 5;

    private static final String UPSERT = """
            INSERT INTO tenant_quota_violations AS v
                (tenant_id, quota_type, route, violated_at, limit_value, current_value, endpoint, denied_count)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[], ?::bigint[], ?::text[],
                ?::bigint[])
            ON CONFLICT (tenant_id, violated_at, quota_type, route) DO UPDATE SET
                denied_count = v.denied_count + excluded.denied_count, limit_value = excluded.limit_value,
                current_value = excluded.current_value, endpoint = excluded.endpoint
            """;

    private static final Comparator<ViolationCount> LOCK_ORDER = Comparator.comparing(ViolationCount::tenantId)
            .thenComparing(ViolationCount::minute)
            .thenComparing(ViolationCount::window)
            .thenComparing(ViolationCount::route);

    private final DataSource dataSource;

    public PostgresViolationStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void add(List<ViolationCount> unordered) throws LedgerUnavailableException {
        List<ViolationCount> counts = unordered.stream().sorted(LOCK_ORDER).toList();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
            upsert.setQueryTimeout(TIMEOUT_SECONDS);
            set(upsert, 1, "text", counts.stream().map(ViolationCount::tenantId).toArray());
            set(
                    upsert,
                    2,
                    "text",
                    counts.stream().map(c -> c.window().quotaType()).toArray());
            set(upsert, 3, "text", counts.stream().map(ViolationCount::route).toArray());
            set(
                    upsert,
                    4,
                    "text",
                    counts.stream()
                            .map(c -> c.minute().atOffset(ZoneOffset.UTC).toString())
                            .toArray());
            set(upsert, 5, "int8", counts.stream().map(ViolationCount::limit).toArray());
            set(upsert, 6, "int8", counts.stream().map(ViolationCount::current).toArray());
            set(upsert, 7, "text", counts.stream().map(ViolationCount::endpoint).toArray());
            set(upsert, 8, "int8", counts.stream().map(ViolationCount::denied).toArray());
            upsert.executeUpdate();
        } catch (SQLException failure) {
            throw new LedgerUnavailableException("violations were not stored", failure);
        }
    }

    private static void set(PreparedStatement statement, int at, String type, Object[] values) throws SQLException {
        statement.setArray(at, statement.getConnection().createArrayOf(type, values));
    }
}
