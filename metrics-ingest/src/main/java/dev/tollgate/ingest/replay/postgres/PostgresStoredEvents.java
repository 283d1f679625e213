package dev.tollgate.ingest.replay.postgres;

import dev.tollgate.ingest.replay.StoredEvents;
import dev.tollgate.schema.contract.RequestEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/// The raw table by its key.
public final class PostgresStoredEvents implements StoredEvents {

    private static final String AMONG = """
            SELECT r.id FROM unnest(?::text[], ?::timestamptz[], ?::uuid[]) AS k (tenant_id, event_time, id)
            JOIN tenant_metrics_raw r USING (tenant_id, event_time, id)
            """;

    private final DataSource dataSource;

    public PostgresStoredEvents(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Set<UUID> among(Collection<RequestEvent> events) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(AMONG)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", events.stream().map(RequestEvent::tenantId).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            events.stream()
                                    .map(one -> one.eventTime().toString())
                                    .toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "uuid", events.stream().map(RequestEvent::id).toArray()));
            Set<UUID> found = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getObject(1, UUID.class));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException("could not look for " + events.size() + " events: " + e.getMessage(), e);
        }
    }
}
