package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.reconcile.BucketPublisher;
import dev.tollgate.aggregator.reconcile.OutboxBucket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// Relays `hourly_outbox` to the topic, oldest first, and deletes what the broker has. A relay that dies between the
/// two publishes the same bucket again, which its readers know by its revision. One instance at a time relays, so that
/// the buckets of one hour keep their order.
public final class HourlyOutbox {

    /// The most rows of one transaction.
    private static final int ROWS_MAX = 500;

    private static final String SOLE =
            "SELECT pg_try_advisory_xact_lock(hashtextextended('tollgate.hourly_outbox', 0))";
    private static final String OLDEST =
            "SELECT outbox_id, tenant_id, hour_bucket, payload FROM hourly_outbox ORDER BY outbox_id LIMIT " + ROWS_MAX;
    private static final String DELETE = "DELETE FROM hourly_outbox WHERE outbox_id = ANY (?)";

    private final DataSource dataSource;
    private final BucketPublisher publisher;

    public HourlyOutbox(DataSource dataSource, BucketPublisher publisher) {
        this.dataSource = dataSource;
        this.publisher = publisher;
    }

    /// Relays one batch. Whether there may be more.
    public boolean relay() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<OutboxBucket> buckets = isSole(connection) ? oldest(connection) : List.of();
                if (!buckets.isEmpty()) {
                    publisher.publish(buckets);
                    delete(connection, buckets);
                }
                connection.commit();
                return buckets.size() == ROWS_MAX;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static boolean isSole(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SOLE);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static List<OutboxBucket> oldest(Connection connection) throws SQLException {
        List<OutboxBucket> buckets = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OLDEST);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                long hourMs =
                        rows.getObject(3, OffsetDateTime.class).toInstant().toEpochMilli();
                buckets.add(
                        new OutboxBucket(rows.getLong(1), new HourKey(rows.getString(2), hourMs), rows.getBytes(4)));
            }
        }
        return buckets;
    }

    private static void delete(Connection connection, List<OutboxBucket> buckets) throws SQLException {
        Object[] ids = buckets.stream().map(OutboxBucket::outboxId).toArray();
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids));
            statement.executeUpdate();
        }
    }
}
