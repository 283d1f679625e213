package dev.tollgate.ingest.store;

import dev.tollgate.schema.contract.RequestEvent;
import java.util.Comparator;
import java.util.UUID;

/// An event with its place in the log, as the raw table keeps it.
///
/// @param logPosition `LogPosition` of the record; unique within its partition
/// @param ordinal index of the record in the poll it came with
public record EventRow(RequestEvent event, long logPosition, int ordinal) {

    /// The order of the raw table's key. Rows in this order touch each page of its index once.
    public static final Comparator<EventRow> BY_KEY = EventRow::compareKeys;

    private static int compareKeys(EventRow a, EventRow b) {
        int byTenant = a.event.tenantId().compareTo(b.event.tenantId());
        if (byTenant != 0) {
            return byTenant;
        }
        int byTime = a.event.eventTime().compareTo(b.event.eventTime());
        return byTime != 0 ? byTime : compareUnsigned(a.event.id(), b.event.id());
    }

    /// The order of UUIDs in PostgreSQL: by unsigned bytes.
    private static int compareUnsigned(UUID a, UUID b) {
        int byHigh = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }
}
