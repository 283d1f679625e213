package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an event contributes to its hour; the same whether it comes from the log or from the raw table.
///
/// @param responseStatus 0 when the event has none
/// @param bytesStored what the tenant held after the event; null when it does not say
/// @param route null when the event has none
/// @param isVoid whether it takes back an event of these values instead of adding one
public record Measurement(
        UUID id,
        EventType eventType,
        long eventTimeMs,
        long units,
        long durationMs,
        long dbQueryCount,
        int responseStatus,
        long bytesSent,
        long bytesReceived,
        @Nullable Long bytesStored,
        @Nullable String route,
        boolean isVoid) {

    public static Measurement of(RequestEvent event) {
        Integer status = event.responseStatus();
        return new Measurement(
                event.id(),
                event.eventType(),
                event.eventTimeMs(),
                event.units(),
                event.durationMs(),
                event.dbQueryCount(),
                status == null ? 0 : status,
                event.bytesSent(),
                event.bytesReceived(),
                event.bytesStored(),
                event.route(),
                event.isVoid());
    }

    /// Of the event that the cursor holds.
    public static Measurement of(EventCursor event) {
        return new Measurement(
                event.id(),
                event.eventType(),
                event.eventTimeMs(),
                event.units(),
                event.durationMs(),
                event.dbQueryCount(),
                event.responseStatus() == EventCursor.ABSENT ? 0 : (int) event.responseStatus(),
                event.bytesSent(),
                event.bytesReceived(),
                event.bytesStored() == EventCursor.ABSENT ? null : (Long) event.bytesStored(),
                event.text(EventCursor.Text.ROUTE),
                event.isVoid());
    }

    /// Of a request: whether it costs something.
    public boolean isBillable() {
        return units > 0;
    }

    /// Of a request: whether its status is 2xx.
    public boolean hasSucceeded() {
        return responseStatus / 100 == 2;
    }

    /// Of a request: whether its status is 4xx or 5xx.
    public boolean hasFailed() {
        int statusClass = responseStatus / 100;
        return statusClass == 4 || statusClass == 5;
    }

    /// What the event adds where events are counted: -1 for a void.
    public int counts() {
        return isVoid ? -1 : 1;
    }

    /// What the event adds to its hour's units: negative for a void.
    public long signedUnits() {
        return isVoid ? -units : units;
    }

    /// What the event reports about storage; null when it does not. A void does not: a level is corrected by the next.
    public @Nullable StoragePoint storage() {
        return bytesStored == null || isVoid ? null : new StoragePoint(eventTimeMs, id, bytesStored);
    }
}
