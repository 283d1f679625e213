package dev.tollgate.gateway.violation.postgres;

import dev.tollgate.gateway.violation.ViolationOutbox;
import dev.tollgate.gateway.violation.ViolationTopic;
import dev.tollgate.gateway.violation.ViolationsUnavailableException;
import dev.tollgate.schema.contract.InvalidFieldException;
import dev.tollgate.schema.contract.QuotaViolation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows of `tenant_quota_violations` that hold more than was announced. They are locked from the look until the
/// mark, so that several gateways share the work. A death in between frees them as they were.
public final class PostgresViolationOutbox implements ViolationOutbox {

    /// How long after its end a minute is announced, by the database's clock: gateways write every second, and a
    /// record that tells of all spares the second one.
    static final int GRACE_SECONDS = 5;

    /// The longest that rows may stay locked while the broker does not answer; then the database frees them.
    static final int LOCKED_SECONDS_MAX = 30;

    private static final int TIMEOUT_SECONDS = 5;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final Logger log = LoggerFactory.getLogger(PostgresViolationOutbox.class);

    private static final String TAKE = """
            SELECT id, tenant_id, quota_type, limit_value, current_value, endpoint, route, denied_count,
                floor(extract(epoch FROM violated_at) * 1000)::bigint AS violated_at_ms
            FROM tenant_quota_violations
            WHERE announced_count < denied_count AND violated_at <= statement_timestamp() - ? * interval '1 second'
            ORDER BY violated_at LIMIT ? FOR NO KEY UPDATE SKIP LOCKED
            """;

    private static final String MARK =
            "UPDATE tenant_quota_violations SET announced_count = denied_count WHERE id = ANY (?)";

    private final DataSource dataSource;

    public PostgresViolationOutbox(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public int announce(ViolationTopic topic) throws ViolationsUnavailableException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                int taken = announce(connection, topic);
                connection.commit();
                return taken;
            } catch (Exception failure) {
                rollback(connection, failure);
                throw failure;
            }
        } catch (SQLException failure) {
            throw new ViolationsUnavailableException("stored denials were not announced", failure);
        }
    }

    private static int announce(Connection connection, ViolationTopic topic)
            throws SQLException, ViolationsUnavailableException, InterruptedException {
        List<UUID> taken = new ArrayList<>();
        List<QuotaViolation> violations = new ArrayList<>();
        take(connection, taken, violations);
        if (!taken.isEmpty()) {
            boundLock(connection);
            topic.publish(violations);
            mark(connection, taken);
        }
        return taken.size();
    }

    private static void take(Connection connection, List<UUID> taken, List<QuotaViolation> violations)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TAKE)) {
            query.setQueryTimeout(TIMEOUT_SECONDS);
            query.setInt(1, SECONDS_PER_MINUTE + GRACE_SECONDS);
            query.setInt(2, ROWS_MAX);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    taken.add(row.getObject("id", UUID.class));
                    QuotaViolation violation = violationOf(row);
                    if (violation != null) {
                        violations.add(violation);
                    }
                }
            }
        }
    }

    /// Null for a row that the contract has no record for. Gateways and functions write none; one that somebody wrote
    /// by hand must not keep the others back.
    private static @Nullable QuotaViolation violationOf(ResultSet row) throws SQLException {
        String route = row.getString("route");
        String tenantId = row.getString("tenant_id");
        try {
            return new QuotaViolation(
                    tenantId,
                    row.getString("quota_type"),
                    row.getLong("limit_value"),
                    row.getLong("current_value"),
                    row.getString("endpoint"),
                    route.isEmpty() ? null : route,
                    row.getLong("denied_count"),
                    Instant.ofEpochMilli(row.getLong("violated_at_ms")));
        } catch (InvalidFieldException notInTheContract) {
            log.error(
                    "tenant {}: the violation {} is not announced: {}",
                    tenantId,
                    row.getString("id"),
                    notInTheContract.getMessage());
            return null;
        }
    }

    private static void boundLock(Connection connection) throws SQLException {
        try (Statement bound = connection.createStatement()) {
            bound.execute("SET LOCAL idle_in_transaction_session_timeout = '" + LOCKED_SECONDS_MAX + "s'");
        }
    }

    private static void mark(Connection connection, List<UUID> taken) throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            mark.setQueryTimeout(TIMEOUT_SECONDS);
            mark.setArray(1, connection.createArrayOf("uuid", taken.toArray()));
            mark.executeUpdate();
        }
    }

    private static void rollback(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }
}
