package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a tenant stores is what its latest hour says, however buckets come.
class TenantStorageTest {

    @Test
    void followsTheLatestHourThatKnows() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        try (Connection aggregator = database.as("tollgate_aggregator");
                Connection gateway = database.as("tollgate_gateway")) {
            store(aggregator, 10, 500L);
            assertThat(stored(gateway)).isEqualTo("500");
            store(aggregator, 11, null);
            assertThat(stored(gateway)).isEqualTo("500");
            store(aggregator, 11, 700L);
            assertThat(stored(gateway)).isEqualTo("700");
            store(aggregator, 10, 900L);
            assertThat(stored(gateway)).isEqualTo("700");
            store(aggregator, 11, 650L);
            assertThat(stored(gateway)).isEqualTo("650");
            store(aggregator, 12, 650L);
            store(aggregator, 11, 1L);
            assertThat(stored(gateway)).isEqualTo("650");
        }
    }

    /// The sink holds buckets while it waits for marks that the recomputation holds; the storage's row must not be part
    /// of such a circle.
    @Test
    void isNotHeldBeforeTheCommit() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        try (Connection one = database.as("tollgate_aggregator");
                Connection other = database.as("tollgate_aggregator");
                Connection gateway = database.as("tollgate_gateway")) {
            store(one, 10, 1L);
            one.setAutoCommit(false);
            store(one, 11, 2L);
            Sql.run(other, "SET lock_timeout = '2s'");
            store(other, 12, 3L);
            one.commit();
            assertThat(stored(gateway)).isEqualTo("3");
        }
    }

    private static String stored(Connection connection) throws SQLException {
        return Sql.text(connection, "SELECT storage_bytes FROM tenant_storage WHERE tenant_id = 'acme'");
    }

    private static void store(Connection connection, int hour, @Nullable Long bytes) throws SQLException {
        Sql.run(connection, """
                INSERT INTO tenant_metrics_hourly AS h (tenant_id, hour_bucket, event_count, fingerprint, log_position, owner,
                    sketch, storage_bytes) VALUES ('acme', ?::timestamptz, 1, 1, 1, 'stream', '\\x01', ?)
                ON CONFLICT (tenant_id, hour_bucket) DO UPDATE SET storage_bytes = excluded.storage_bytes
                """, "2026-10-05T" + hour + ":00:00Z", bytes);
    }
}
