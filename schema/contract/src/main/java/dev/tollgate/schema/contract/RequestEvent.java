package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One metered event. The constructor holds every rule that needs nothing but the event itself and throws
/// `InvalidFieldException`, so an instance can always be encoded, fits `EventCodec.EVENT_BYTES_MAX`, and is
/// accepted by `EventCodec.validate` unless its time lies too far in the broker's future.
///
/// @param id UUIDv7 whose milliseconds are those of `eventTime`
/// @param tenantId 1 to 64 of letters, digits, `.`, `_`, `-`
/// @param userId at most 256 characters
/// @param endpoint path without query, at most 2,048 characters
/// @param method HTTP method token, at most 32 characters
/// @param route name of the route in the gateway's table, at most 128 characters
/// @param bytesStored what the tenant holds after this event, not what it added
/// @param units cost in quota tokens; 0 when nothing reached the upstream
/// @param eventTime moment of append, whole milliseconds, from 2000 on
/// @param source journal lane or outbox id, a dot, and the Kafka partition
/// @param sequence dense within the source, from 1
/// @param voids id of the event that this one takes back, a UUIDv7 with the milliseconds of `eventTime`; null for an
///     event that happened. A void repeats what the original counted, and counts as minus one of it
public record RequestEvent(
        UUID id,
        String tenantId,
        @Nullable String userId,
        EventType eventType,
        @Nullable String endpoint,
        @Nullable String method,
        @Nullable String route,
        long durationMs,
        long dbQueryCount,
        @Nullable Long dbDurationMs,
        @Nullable Integer responseStatus,
        long bytesSent,
        long bytesReceived,
        @Nullable Long bytesStored,
        long units,
        Instant eventTime,
        String source,
        long sequence,
        @Nullable UUID voids) {

    public RequestEvent {
        FieldRules.eventTime(eventTime);
        FieldRules.id(id, eventTime);
        FieldRules.tenantId(tenantId);
        FieldRules.text("userId", userId, FieldRules.USER_ID_CHARS_MAX);
        FieldRules.text("endpoint", endpoint, FieldRules.ENDPOINT_CHARS_MAX);
        FieldRules.method(method);
        FieldRules.text("route", route, FieldRules.ROUTE_CHARS_MAX);
        FieldRules.range("durationMs", durationMs, 0, FieldRules.DURATION_MS_MAX);
        FieldRules.count("dbQueryCount", dbQueryCount);
        FieldRules.optionalCount("dbDurationMs", dbDurationMs);
        if (responseStatus != null) {
            FieldRules.range("responseStatus", responseStatus, FieldRules.STATUS_MIN, FieldRules.STATUS_MAX);
        }
        FieldRules.count("bytesSent", bytesSent);
        FieldRules.count("bytesReceived", bytesReceived);
        FieldRules.optionalCount("bytesStored", bytesStored);
        FieldRules.range("units", units, 0, FieldRules.UNITS_MAX);
        FieldRules.source(source);
        FieldRules.range("sequence", sequence, 1, FieldRules.COUNT_MAX);
        FieldRules.voids(voids, id, eventTime);
    }

    /// An event that happened.
    public RequestEvent(
            UUID id,
            String tenantId,
            @Nullable String userId,
            EventType eventType,
            @Nullable String endpoint,
            @Nullable String method,
            @Nullable String route,
            long durationMs,
            long dbQueryCount,
            @Nullable Long dbDurationMs,
            @Nullable Integer responseStatus,
            long bytesSent,
            long bytesReceived,
            @Nullable Long bytesStored,
            long units,
            Instant eventTime,
            String source,
            long sequence) {
        this(
                id,
                tenantId,
                userId,
                eventType,
                endpoint,
                method,
                route,
                durationMs,
                dbQueryCount,
                dbDurationMs,
                responseStatus,
                bytesSent,
                bytesReceived,
                bytesStored,
                units,
                eventTime,
                source,
                sequence,
                null);
    }

    public boolean isVoid() {
        return voids != null;
    }

    /// What the event adds to its tenant's units: negative for a void.
    public long signedUnits() {
        return isVoid() ? -units : units;
    }

    public long eventTimeMs() {
        return eventTime.toEpochMilli();
    }

    /// The same event as another source numbers it.
    public RequestEvent withSource(String newSource, long newSequence) {
        return new RequestEvent(
                id,
                tenantId,
                userId,
                eventType,
                endpoint,
                method,
                route,
                durationMs,
                dbQueryCount,
                dbDurationMs,
                responseStatus,
                bytesSent,
                bytesReceived,
                bytesStored,
                units,
                eventTime,
                newSource,
                newSequence,
                voids);
    }

    /// What takes this event back. It says nothing of storage: that is a level, which the next report corrects.
    ///
    /// @param voidId UUIDv7 with this event's milliseconds
    public RequestEvent voided(UUID voidId, String voidSource, long voidSequence) {
        return new RequestEvent(
                voidId,
                tenantId,
                userId,
                eventType,
                endpoint,
                method,
                route,
                durationMs,
                dbQueryCount,
                dbDurationMs,
                responseStatus,
                bytesSent,
                bytesReceived,
                null,
                units,
                eventTime,
                voidSource,
                voidSequence,
                id);
    }
}
