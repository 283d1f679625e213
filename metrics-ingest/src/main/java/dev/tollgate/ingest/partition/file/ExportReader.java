package dev.tollgate.ingest.partition.file;

import dev.tollgate.ingest.partition.TenantTotals;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.EventType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Adds up an exported month, tenant after tenant; holds one row at a time.
final class ExportReader {

    /// The offset of UTC as PostgreSQL writes it is short of its minutes.
    private static final String MINUTES = ":00";

    private final CsvRows rows;
    private final List<String> columns;
    private final int tenant;
    private final int time;
    private final int id;
    private final int type;
    private final int units;
    private final int voids;
    private final EventFingerprint fingerprint = new EventFingerprint();
    private List<String> ahead;

    ExportReader(InputStream csv) throws IOException {
        rows = new CsvRows(new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8)));
        columns = List.copyOf(rows.next());
        tenant = place("tenant_id");
        time = place("event_time");
        id = place("id");
        type = place("event_type");
        units = place("units");
        voids = place("voids");
        ahead = rows.next();
    }

    List<String> columns() {
        return columns;
    }

    /// The next tenant's rows, which stand together; empty at the end.
    Optional<TenantTotals> next() throws IOException {
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        String tenantId = ahead.get(tenant);
        long count = 0;
        long voidCount = 0;
        long unitSum = 0;
        long fingerprintSum = 0;
        while (!ahead.isEmpty() && ahead.get(tenant).equals(tenantId)) {
            if (ahead.size() != columns.size()) {
                throw new IOException("a row of tenant " + tenantId + " has " + ahead.size() + " fields");
            }
            boolean isVoid = !ahead.get(voids).isEmpty();
            long counted = isVoid ? -Long.parseLong(ahead.get(units)) : Long.parseLong(ahead.get(units));
            count++;
            voidCount += isVoid ? 1 : 0;
            unitSum += counted;
            fingerprintSum += fingerprint.of(
                    UUID.fromString(ahead.get(id)), type(ahead.get(type)), counted, epochMs(ahead.get(time)));
            ahead = rows.next();
        }
        return Optional.of(new TenantTotals(tenantId, count, voidCount, unitSum, fingerprintSum));
    }

    private static EventType type(String wireName) throws IOException {
        EventType type = EventType.fromWireName(wireName);
        if (type == null) {
            throw new IOException("the export has an event of the unknown type " + wireName);
        }
        return type;
    }

    private static long epochMs(String text) {
        return OffsetDateTime.parse(text.replace(' ', 'T') + MINUTES)
                .toInstant()
                .toEpochMilli();
    }

    private int place(String column) throws IOException {
        int place = columns.indexOf(column);
        if (place < 0) {
            throw new IOException("the export has no column " + column);
        }
        return place;
    }
}
