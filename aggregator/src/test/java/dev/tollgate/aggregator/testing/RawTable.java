package dev.tollgate.aggregator.testing;

import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Stands in for ingest: stores events of generation 1 as raw rows, moves its positions and notes the sequences.
public final class RawTable {

    private RawTable() {}

    public static void store(Connection connection, List<RequestEvent> events, List<Long> offsets) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement month = connection.prepareStatement("SELECT tollgate.ensure_month(?)");
                PreparedStatement row = connection.prepareStatement(
                        "INSERT INTO tenant_metrics_raw (tenant_id, event_time, id, event_type, duration_ms,"
                                + " db_query_count, response_status, bytes_sent, bytes_received, bytes_stored, units,"
                                + " source, sequence, log_position, route, voids, method)"
                                + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
                PreparedStatement sequence =
                        connection.prepareStatement("INSERT INTO ingest_sequences AS s (source, partition_id, highest)"
                                + " VALUES (?, ?, ?) ON CONFLICT (source)"
                                + " DO UPDATE SET highest = greatest(s.highest, excluded.highest)");
                PreparedStatement position = connection.prepareStatement(
                        "INSERT INTO ingest_positions AS p (topic, generation, partition_id, next_offset)"
                                + " VALUES (?, 1, ?, ?) ON CONFLICT (topic, generation, partition_id)"
                                + " DO UPDATE SET next_offset = greatest(p.next_offset, excluded.next_offset)")) {
            for (int i = 0; i < events.size(); i++) {
                RequestEvent event = events.get(i);
                month.setObject(1, LocalDate.ofInstant(event.eventTime(), ZoneOffset.UTC));
                month.execute();
                bind(row, event, LogPosition.of(1, offsets.get(i)));
                row.addBatch();
                sequence.setString(1, event.source());
                sequence.setInt(2, Topics.partitionOf(event.tenantId()));
                sequence.setLong(3, event.sequence());
                sequence.addBatch();
                position.setString(1, Topics.USAGE_REQUESTS);
                position.setInt(2, Topics.partitionOf(event.tenantId()));
                position.setLong(3, offsets.get(i) + 1);
                position.addBatch();
            }
            row.executeBatch();
            sequence.executeBatch();
            position.executeBatch();
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void bind(PreparedStatement row, RequestEvent event, long logPosition) throws SQLException {
        row.setString(1, event.tenantId());
        row.setObject(2, event.eventTime().atOffset(ZoneOffset.UTC));
        row.setObject(3, event.id());
        row.setString(4, event.eventType().wireName());
        row.setLong(5, event.durationMs());
        row.setLong(6, event.dbQueryCount());
        row.setObject(7, event.responseStatus());
        row.setLong(8, event.bytesSent());
        row.setLong(9, event.bytesReceived());
        row.setObject(10, event.bytesStored());
        row.setLong(11, event.units());
        row.setString(12, event.source());
        row.setLong(13, event.sequence());
        row.setLong(14, logPosition);
        row.setString(15, event.route());
        row.setObject(16, event.voids());
        row.setString(17, event.method());
    }

    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
