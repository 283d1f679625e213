package dev.tollgate.billing.invoice.postgres;

import dev.tollgate.billing.invoice.BillingEventPublisher;
import dev.tollgate.billing.invoice.OutboxEntry;
import dev.tollgate.billing.loop.BackgroundLoop;
import dev.tollgate.billing.period.postgres.Sql;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// Moves entries of `billing_outbox` to the broker, oldest first, and deletes them once it has them. One instance at
/// a time holds the relay's lock, so a tenant's events keep their order; a death between the two repeats events.
public final class OutboxRelay implements BackgroundLoop.Step {

    /// Entries per round.
    public static final int ENTRIES_MAX = 500;

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtextextended('tollgate.billing_outbox', 0))";
    private static final String TAKE =
            "SELECT outbox_id, tenant_id, payload FROM billing_outbox ORDER BY outbox_id LIMIT ?";
    private static final String DELETE = "DELETE FROM billing_outbox WHERE outbox_id = ANY (?)";

    private final DataSource database;
    private final BillingEventPublisher publisher;
    private final StrikePoints strikes;

    public OutboxRelay(DataSource database, BillingEventPublisher publisher, StrikePoints strikes) {
        this.database = database;
        this.publisher = publisher;
        this.strikes = strikes;
    }

    @Override
    public boolean run() throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<OutboxEntry> entries = locked(connection) ? take(connection) : List.of();
                if (!entries.isEmpty()) {
                    publisher.publish(entries);
                    strikes.pass(StrikePoints.BILLING_AFTER_PUBLISH);
                    delete(connection, entries);
                }
                connection.commit();
                return !entries.isEmpty();
            } catch (Exception e) {
                Sql.rollback(connection, e);
                throw e;
            }
        }
    }

    private static boolean locked(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK);
                ResultSet row = lock.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static List<OutboxEntry> take(Connection connection) throws SQLException {
        List<OutboxEntry> entries = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(TAKE)) {
            query.setInt(1, ENTRIES_MAX);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(new OutboxEntry(
                            row.getLong("outbox_id"), row.getString("tenant_id"), row.getBytes("payload")));
                }
            }
        }
        return entries;
    }

    private static void delete(Connection connection, List<OutboxEntry> entries) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            Object[] ids = entries.stream().map(OutboxEntry::outboxId).toArray();
            delete.setArray(1, connection.createArrayOf("bigint", ids));
            delete.executeUpdate();
        }
    }
}
