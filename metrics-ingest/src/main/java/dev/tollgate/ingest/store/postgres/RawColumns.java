package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.EventRow;
import dev.tollgate.schema.contract.RequestEvent;
import java.sql.SQLException;

/// The columns of `tenant_metrics_raw` in the order in which rows are sent.
final class RawColumns {

    static final String NAMES = "tenant_id, event_time, id, user_id, event_type, endpoint, method, route, duration_ms,"
            + " db_query_count, db_duration_ms, response_status, bytes_sent, bytes_received, bytes_stored, units,"
            + " source, sequence, log_position, voids";

    static final int COUNT = 20;

    private RawColumns() {}

    static void write(EventRow row, CopyWriter out) throws SQLException {
        RequestEvent event = row.event();
        out.startRow(COUNT);
        out.text(event.tenantId());
        out.timestamp(event.eventTimeMs());
        out.uuid(event.id());
        out.text(event.userId());
        out.text(event.eventType().wireName());
        out.text(event.endpoint());
        out.text(event.method());
        out.text(event.route());
        out.bigint(event.durationMs());
        out.bigint(event.dbQueryCount());
        out.bigint(event.dbDurationMs());
        out.integer(event.responseStatus());
        out.bigint(event.bytesSent());
        out.bigint(event.bytesReceived());
        out.bigint(event.bytesStored());
        out.bigint(event.units());
        out.text(event.source());
        out.bigint(event.sequence());
        out.bigint(row.logPosition());
        out.uuid(event.voids());
    }
}
