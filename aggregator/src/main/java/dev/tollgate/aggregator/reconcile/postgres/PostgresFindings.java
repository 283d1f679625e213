package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.reconcile.Acceptance;
import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.ReconcileState;
import dev.tollgate.aggregator.reconcile.ScanProgress;
import dev.tollgate.aggregator.reconcile.StoredFinding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What operators see of the reconciler, and what they may decide. Safe for use by several threads.
public final class PostgresFindings {

    private static final String COLUMNS = "SELECT finding_id, kind, tenant_id, hour_bucket, source, sequence_from,"
            + " sequence_to, expected, actual, first_seen_at, last_seen_at, times_seen, period_id, resolved_at, resolution"
            + " FROM reconciliation_findings";

    private static final String OPEN =
            COLUMNS + " WHERE resolved_at IS NULL AND finding_id > ? ORDER BY finding_id LIMIT ?";

    private static final String ONE = COLUMNS + " WHERE finding_id = ?";

    private static final String SCANS = "SELECT scan, span_from, span_to, completed_at, last_page_at, hours_compared,"
            + " ranges_unchecked FROM reconciliation_scans ORDER BY scan";

    private static final String NO_SUCH = "P0002";
    private static final String NOT_IN_THIS_STATE = "55000";

    private final DataSource dataSource;
    private final Duration mendWithin;

    /// @param mendWithin a difference that lasts longer is red
    public PostgresFindings(DataSource dataSource, Duration mendWithin) {
        this.dataSource = dataSource;
        this.mendWithin = mendWithin;
    }

    /// @param afterId open findings behind this one
    /// @param max the most findings
    public ReconcileState state(long afterId, int max, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return new ReconcileState(
                        scans(connection),
                        new FindingsTable(connection).summary(now, mendWithin),
                        findings(connection, OPEN, afterId, max));
            } finally {
                connection.rollback();
            }
        }
    }

    /// Accepts an open finding, which the database writes to the audit log.
    public Acceptance accept(long id, String reason, String actor) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement accept = connection.prepareStatement("SELECT tollgate.accept_finding(?, ?, ?)")) {
            accept.setLong(1, id);
            accept.setString(2, reason);
            accept.setString(3, actor);
            accept.execute();
            StoredFinding finding = findings(connection, ONE, id, null).getFirst();
            return StoredFinding.ACCEPTED.equals(finding.resolution())
                    ? new Acceptance.Accepted(finding)
                    : new Acceptance.Closed(finding);
        } catch (SQLException e) {
            return switch (String.valueOf(e.getSQLState())) {
                case NO_SUCH -> new Acceptance.Unknown();
                case NOT_IN_THIS_STATE -> new Acceptance.Refused(firstLine(e));
                default -> throw e;
            };
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
    }

    private static List<StoredFinding> findings(Connection connection, String sql, long id, @Nullable Integer max)
            throws SQLException {
        List<StoredFinding> findings = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, id);
            if (max != null) {
                query.setInt(2, max);
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    findings.add(finding(row));
                }
            }
        }
        return findings;
    }

    private static StoredFinding finding(ResultSet row) throws SQLException {
        return new StoredFinding(
                row.getLong("finding_id"),
                FindingKind.fromWireName(row.getString("kind")),
                row.getString("tenant_id"),
                optionalMoment(row, "hour_bucket"),
                row.getString("source"),
                row.getObject("sequence_from", Long.class),
                row.getObject("sequence_to", Long.class),
                row.getString("expected"),
                row.getString("actual"),
                moment(row, "first_seen_at"),
                moment(row, "last_seen_at"),
                row.getInt("times_seen"),
                row.getObject("period_id", UUID.class),
                optionalMoment(row, "resolved_at"),
                row.getString("resolution"));
    }

    private static List<ScanProgress> scans(Connection connection) throws SQLException {
        List<ScanProgress> scans = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SCANS);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                scans.add(new ScanProgress(
                        row.getString("scan"),
                        optionalMoment(row, "span_from"),
                        optionalMoment(row, "span_to"),
                        optionalMoment(row, "completed_at"),
                        optionalMoment(row, "last_page_at"),
                        row.getLong("hours_compared"),
                        row.getLong("ranges_unchecked")));
            }
        }
        return scans;
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant optionalMoment(ResultSet row, String column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
