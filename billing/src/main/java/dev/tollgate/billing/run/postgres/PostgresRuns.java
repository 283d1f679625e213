package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.period.postgres.Sql;
import dev.tollgate.billing.run.BillingRun;
import dev.tollgate.billing.run.ItemState;
import dev.tollgate.billing.run.RunItem;
import dev.tollgate.billing.run.StartOutcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Starts and shows runs.
public final class PostgresRuns {

    private static final String START = """
            INSERT INTO billing_runs (month, idempotency_key, started_by, started_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (idempotency_key) DO NOTHING RETURNING run_id""";

    private static final String BY_KEY = "SELECT run_id, month FROM billing_runs WHERE idempotency_key = ?";

    private static final String AUDIT = """
            INSERT INTO audit_log (actor, action, subject, after)
            VALUES (?, 'billing.run.started', ?, jsonb_build_object('month', ?::text, 'idempotencyKey', ?::text))""";

    private static final String FIND =
            "SELECT month, status, started_by, started_at, completed_at FROM billing_runs WHERE run_id = ?";

    private static final String COUNTS =
            "SELECT state, count(*) AS items FROM billing_run_items WHERE run_id = ? GROUP BY state";

    private static final String ITEMS = """
            SELECT tenant_id, state, reason, period_id, attempted_at FROM billing_run_items
            WHERE run_id = ? AND tenant_id > ? AND (?::text IS NULL OR state = ?) ORDER BY tenant_id LIMIT ?""";

    private final DataSource database;

    public PostgresRuns(DataSource database) {
        this.database = database;
    }

    /// Makes the run with all its items and the audit entry, in one transaction; or finds the one that the key made.
    public StartOutcome start(YearMonth month, @Nullable String idempotencyKey, String startedBy, Instant at)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<UUID> runId = insertRun(connection, month, idempotencyKey, startedBy, at);
                StartOutcome outcome;
                if (runId.isPresent()) {
                    RunPopulation.insert(connection, runId.get(), month);
                    audit(connection, runId.get(), month, idempotencyKey, startedBy);
                    outcome = new StartOutcome.Started(runId.get(), true);
                } else {
                    outcome = madeByKey(connection, month, idempotencyKey);
                }
                connection.commit();
                return outcome;
            } catch (SQLException | RuntimeException e) {
                Sql.rollback(connection, e);
                throw e;
            }
        }
    }

    public Optional<BillingRun> find(UUID runId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(FIND)) {
            query.setObject(1, runId);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new BillingRun(
                        runId,
                        YearMonth.from(row.getObject("month", LocalDate.class)),
                        row.getString("status"),
                        row.getString("started_by"),
                        Sql.instant(row, "started_at"),
                        Sql.moment(row, "completed_at").orElse(null),
                        counts(connection, runId)));
            }
        }
    }

    /// A run's items by tenant, after a tenant.
    public List<RunItem> items(UUID runId, Optional<ItemState> state, String afterTenantId, int limit)
            throws SQLException {
        List<RunItem> items = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(ITEMS)) {
            String wanted = state.map(ItemState::wireName).orElse(null);
            query.setObject(1, runId);
            query.setString(2, afterTenantId);
            query.setString(3, wanted);
            query.setString(4, wanted);
            query.setInt(5, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    items.add(new RunItem(
                            row.getString("tenant_id"),
                            state(row),
                            row.getString("reason"),
                            row.getObject("period_id", UUID.class),
                            Sql.moment(row, "attempted_at").orElse(null)));
                }
            }
        }
        return items;
    }

    private static Optional<UUID> insertRun(
            Connection connection, YearMonth month, @Nullable String key, String startedBy, Instant at)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(START)) {
            insert.setObject(1, month.atDay(1));
            insert.setString(2, key);
            insert.setString(3, startedBy);
            insert.setObject(4, Sql.moment(at));
            try (ResultSet row = insert.executeQuery()) {
                return row.next() ? Optional.of(row.getObject("run_id", UUID.class)) : Optional.empty();
            }
        }
    }

    private static StartOutcome madeByKey(Connection connection, YearMonth month, @Nullable String key)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(BY_KEY)) {
            query.setString(1, key);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("the run of idempotency key " + key + " vanished");
                }
                UUID runId = row.getObject("run_id", UUID.class);
                YearMonth made = YearMonth.from(row.getObject("month", LocalDate.class));
                return made.equals(month) ? new StartOutcome.Started(runId, false) : new StartOutcome.KeyReused(runId);
            }
        }
    }

    private static void audit(
            Connection connection, UUID runId, YearMonth month, @Nullable String key, String startedBy)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(AUDIT)) {
            insert.setString(1, startedBy);
            insert.setString(2, "billing_runs/" + runId);
            insert.setString(3, month.toString());
            insert.setString(4, key);
            insert.executeUpdate();
        }
    }

    private static Map<ItemState, Long> counts(Connection connection, UUID runId) throws SQLException {
        Map<ItemState, Long> counts = new EnumMap<>(ItemState.class);
        for (ItemState state : ItemState.values()) {
            counts.put(state, 0L);
        }
        try (PreparedStatement query = connection.prepareStatement(COUNTS)) {
            query.setObject(1, runId);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    counts.put(state(row), row.getLong("items"));
                }
            }
        }
        return counts;
    }

    private static ItemState state(ResultSet row) throws SQLException {
        String name = row.getString("state");
        return ItemState.fromWireName(name)
                .orElseThrow(() -> new IllegalStateException("unknown state of an item: " + name));
    }
}
