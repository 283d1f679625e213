package dev.tollgate.ingest.store.postgres;

import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.EventCursor.Text;
import dev.tollgate.schema.contract.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The columns of `tenant_metrics_raw` in the order in which rows are sent. The key stands first, so that it is found
/// again at known places: `KEY_FROM` behind the row's start the tenant with its length, then time and id.
final class RawColumns {

    static final String NAMES = "tenant_id, event_time, id, user_id, event_type, endpoint, method, route, duration_ms,"
            + " db_query_count, db_duration_ms, response_status, bytes_sent, bytes_received, bytes_stored, units,"
            + " source, sequence, log_position, voids";

    static final int COUNT = 20;

    /// Where the tenant's length stands in a row.
    static final int KEY_FROM = Short.BYTES;

    /// Of time and id with their lengths.
    static final int TIME_AND_ID_BYTES = 2 * Integer.BYTES + 3 * Long.BYTES;

    /// More than a row has beside its texts: no other field is longer than an id with its length.
    private static final int NUMBERS_BYTES_MAX = Short.BYTES + COUNT * (Integer.BYTES + 2 * Long.BYTES);

    private static final Text[] TEXTS = Text.values();
    private static final byte[][] TYPE_NAMES = Arrays.stream(EventType.values())
            .map(type -> type.wireName().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    private RawColumns() {}

    static void write(EventCursor event, long logPosition, RowBytes out) {
        byte[] type = TYPE_NAMES[event.eventType().ordinal()];
        out.reserve(NUMBERS_BYTES_MAX + type.length + textBytes(event));
        out.startRow(COUNT);
        text(event, Text.TENANT_ID, out);
        out.timestamp(event.eventTimeMs());
        out.uuid(event.idHigh(), event.idLow());
        text(event, Text.USER_ID, out);
        out.text(type, 0, type.length);
        text(event, Text.ENDPOINT, out);
        text(event, Text.METHOD, out);
        text(event, Text.ROUTE, out);
        out.bigint(event.durationMs());
        out.bigint(event.dbQueryCount());
        optional(event.dbDurationMs(), out);
        if (event.responseStatus() == EventCursor.ABSENT) {
            out.nothing();
        } else {
            out.integer((int) event.responseStatus());
        }
        out.bigint(event.bytesSent());
        out.bigint(event.bytesReceived());
        optional(event.bytesStored(), out);
        out.bigint(event.units());
        text(event, Text.SOURCE, out);
        out.bigint(event.sequence());
        out.bigint(logPosition);
        if (event.isVoid()) {
            out.uuid(event.voidsHigh(), event.voidsLow());
        } else {
            out.nothing();
        }
    }

    private static int textBytes(EventCursor event) {
        int bytes = 0;
        for (Text text : TEXTS) {
            bytes += Math.max(0, event.length(text));
        }
        return bytes;
    }

    private static void text(EventCursor event, Text text, RowBytes out) {
        int size = event.length(text);
        if (size == EventCursor.ABSENT) {
            out.nothing();
        } else {
            out.text(event.bytes(), event.from(text), size);
        }
    }

    private static void optional(long value, RowBytes out) {
        if (value == EventCursor.ABSENT) {
            out.nothing();
        } else {
            out.bigint(value);
        }
    }
}
