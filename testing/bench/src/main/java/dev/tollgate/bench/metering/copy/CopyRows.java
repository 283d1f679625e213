package dev.tollgate.bench.metering.copy;

import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One COPY in PostgreSQL's binary format, written plainly and without regard to speed: it is not measured.
final class CopyRows {

    static final String COLUMNS =
            "tenant_id, event_time, id, user_id, event_type, endpoint, method, route, duration_ms,"
                    + " db_query_count, db_duration_ms, response_status, bytes_sent, bytes_received, bytes_stored, units,"
                    + " source, sequence, log_position, voids";

    private static final int COLUMN_COUNT = 20;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final long EPOCH_2000_MS = 946_684_800_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int rows;

    CopyRows() throws IOException {
        out.write(SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
    }

    int rows() {
        return rows;
    }

    void add(RequestEvent event, long offset) throws IOException {
        rows++;
        out.writeShort(COLUMN_COUNT);
        text(event.tenantId());
        number((event.eventTimeMs() - EPOCH_2000_MS) * 1_000);
        uuid(event.id());
        text(event.userId());
        text(event.eventType().wireName());
        text(event.endpoint());
        text(event.method());
        text(event.route());
        number(event.durationMs());
        number(event.dbQueryCount());
        number(event.dbDurationMs());
        Integer status = event.responseStatus();
        out.writeInt(status == null ? -1 : 4);
        if (status != null) {
            out.writeInt(status);
        }
        number(event.bytesSent());
        number(event.bytesReceived());
        number(event.bytesStored());
        number(event.units());
        text(event.source());
        number(event.sequence());
        number(LogPosition.of(1, offset));
        uuid(event.voids());
    }

    /// The whole COPY; nothing can be added afterwards.
    byte[] finish() throws IOException {
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    private void text(@Nullable String value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private void uuid(@Nullable UUID value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        out.writeInt(16);
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
    }

    private void number(@Nullable Long value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        out.writeInt(8);
        out.writeLong(value);
    }
}
