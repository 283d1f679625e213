package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.period.postgres.Sql;
import dev.tollgate.billing.run.ItemOutcome;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The work list of runs. An item that waits is claimed by the lock on its row: whoever dies leaves it waiting.
final class RunItems {

    private static final String CLAIM = """
            SELECT tenant_id FROM billing_run_items WHERE run_id = ? AND state = 'waiting'
            ORDER BY tenant_id LIMIT ? FOR UPDATE SKIP LOCKED""";

    private static final String SETTLE = """
            UPDATE billing_run_items i
            SET state = u.state, reason = u.reason, period_id = u.period_id, attempted_at = ?
            FROM unnest(?, ?, ?, ?::uuid[]) AS u(tenant_id, state, reason, period_id)
            WHERE i.run_id = ? AND i.tenant_id = u.tenant_id AND i.state = 'waiting'""";

    private static final String ACTIVE =
            "SELECT run_id, month FROM billing_runs WHERE status = 'running' ORDER BY started_at LIMIT ?";

    private static final String COMPLETE = """
            UPDATE billing_runs SET status = 'completed', completed_at = ?
            WHERE run_id = ? AND status = 'running'
                AND NOT EXISTS (SELECT FROM billing_run_items WHERE run_id = ? AND state = 'waiting')""";

    private RunItems() {}

    static List<String> claim(Connection connection, UUID runId, int limit) throws SQLException {
        List<String> tenantIds = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(CLAIM)) {
            query.setObject(1, runId);
            query.setInt(2, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tenantIds.add(row.getString("tenant_id"));
                }
            }
        }
        return tenantIds;
    }

    static void settle(Connection connection, UUID runId, List<ItemOutcome> outcomes, Instant at) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(SETTLE)) {
            update.setObject(1, Sql.moment(at));
            update.setArray(
                    2,
                    texts(
                            connection,
                            outcomes.stream().map(ItemOutcome::tenantId).toArray()));
            update.setArray(
                    3,
                    texts(
                            connection,
                            outcomes.stream().map(o -> o.state().wireName()).toArray()));
            update.setArray(
                    4,
                    texts(connection, outcomes.stream().map(ItemOutcome::reason).toArray()));
            update.setArray(
                    5,
                    texts(
                            connection,
                            outcomes.stream()
                                    .map(o -> o.periodId() == null ? null : String.valueOf(o.periodId()))
                                    .toArray()));
            update.setObject(6, runId);
            update.executeUpdate();
        }
    }

    static List<ActiveRun> active(Connection connection, int limit) throws SQLException {
        List<ActiveRun> runs = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(ACTIVE)) {
            query.setInt(1, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    runs.add(new ActiveRun(
                            row.getObject("run_id", UUID.class),
                            YearMonth.from(row.getObject("month", LocalDate.class))));
                }
            }
        }
        return runs;
    }

    /// Completes the run unless an item waits, also one that somebody has claimed.
    static boolean complete(Connection connection, UUID runId, Instant at) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COMPLETE)) {
            update.setObject(1, Sql.moment(at));
            update.setObject(2, runId);
            update.setObject(3, runId);
            return update.executeUpdate() == 1;
        }
    }

    private static Array texts(Connection connection, Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }
}
