package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The fields of one event where they stand in its bytes, without an object for any of them: for those who pass events
/// on by the ten thousand. What it holds is valid, by the same verdict that `EventCodec.validate` gives.
///
/// `EventScanner` reads records written the way `EventCodec.encode` writes them; it accepts only what is certainly
/// valid.
/// Everything else (escapes, other orders, faults) is left to the codec.
///
/// Belongs to one thread and serves one record after the other: what it says holds until the next one is read.
public final class EventCursor {

    /// The fields that are text.
    public enum Text {
        TENANT_ID,
        USER_ID,
        ENDPOINT,
        METHOD,
        ROUTE,
        SOURCE
    }

    /// What an optional number or length says when the event does not have the field.
    public static final long ABSENT = -1;

    private static final int TEXTS = Text.values().length;

    byte[] bytes = {};
    final int[] from = new int[TEXTS];
    final int[] length = new int[TEXTS];
    long idHigh;
    long idLow;
    EventType eventType = EventType.API_REQUEST;
    long durationMs;
    long dbQueryCount;
    long dbDurationMs;
    long responseStatus;
    long bytesSent;
    long bytesReceived;
    long bytesStored;
    long units;
    long eventTimeMs;
    long sequence;
    long voidsHigh;
    long voidsLow;

    private final EventScanner scanner = new EventScanner(this);

    /// Judges one record as `EventCodec.validate` does. Null when it is valid; the cursor holds it then, and nothing
    /// that can be relied on otherwise.
    public Validated.@Nullable Invalid read(byte @Nullable [] json, long brokerTimestampMs) {
        if (json != null && scanner.accepts(json, brokerTimestampMs)) {
            return null;
        }
        return switch (EventCodec.validate(json, brokerTimestampMs)) {
            case Validated.Valid(var event) -> {
                hold(event);
                yield null;
            }
            case Validated.Invalid invalid -> invalid;
        };
    }

    /// Takes the fields of an event that is at hand already.
    public void hold(RequestEvent event) {
        bytes = new byte[EventCodec.EVENT_BYTES_MAX];
        int end = 0;
        end = hold(Text.TENANT_ID, event.tenantId(), end);
        end = hold(Text.USER_ID, event.userId(), end);
        end = hold(Text.ENDPOINT, event.endpoint(), end);
        end = hold(Text.METHOD, event.method(), end);
        end = hold(Text.ROUTE, event.route(), end);
        hold(Text.SOURCE, event.source(), end);
        idHigh = event.id().getMostSignificantBits();
        idLow = event.id().getLeastSignificantBits();
        eventType = event.eventType();
        durationMs = event.durationMs();
        dbQueryCount = event.dbQueryCount();
        dbDurationMs = orAbsent(event.dbDurationMs());
        responseStatus = orAbsent(event.responseStatus());
        bytesSent = event.bytesSent();
        bytesReceived = event.bytesReceived();
        bytesStored = orAbsent(event.bytesStored());
        units = event.units();
        eventTimeMs = event.eventTimeMs();
        sequence = event.sequence();
        UUID voided = event.voids();
        voidsHigh = voided == null ? 0 : voided.getMostSignificantBits();
        voidsLow = voided == null ? 0 : voided.getLeastSignificantBits();
    }

    /// Where the texts stand, as UTF-8. Not a copy: only to be read.
    public byte[] bytes() {
        return bytes;
    }

    /// Where a text begins in `bytes`.
    public int from(Text text) {
        return from[text.ordinal()];
    }

    /// How many bytes a text has, or `ABSENT`.
    public int length(Text text) {
        return length[text.ordinal()];
    }

    public @Nullable String text(Text text) {
        int size = length(text);
        return size == ABSENT ? null : new String(bytes, from(text), size, StandardCharsets.UTF_8);
    }

    public String tenantId() {
        return new String(bytes, from(Text.TENANT_ID), length(Text.TENANT_ID), StandardCharsets.UTF_8);
    }

    public String source() {
        return new String(bytes, from(Text.SOURCE), length(Text.SOURCE), StandardCharsets.UTF_8);
    }

    public UUID id() {
        return new UUID(idHigh, idLow);
    }

    public long idHigh() {
        return idHigh;
    }

    public long idLow() {
        return idLow;
    }

    /// Whether it takes another event back; `voidsHigh` and `voidsLow` are that one's id, 0 otherwise.
    public boolean isVoid() {
        return (voidsHigh | voidsLow) != 0;
    }

    public long voidsHigh() {
        return voidsHigh;
    }

    public long voidsLow() {
        return voidsLow;
    }

    public EventType eventType() {
        return eventType;
    }

    public long durationMs() {
        return durationMs;
    }

    public long dbQueryCount() {
        return dbQueryCount;
    }

    /// Or `ABSENT`.
    public long dbDurationMs() {
        return dbDurationMs;
    }

    /// Or `ABSENT`.
    public long responseStatus() {
        return responseStatus;
    }

    public long bytesSent() {
        return bytesSent;
    }

    public long bytesReceived() {
        return bytesReceived;
    }

    /// Or `ABSENT`.
    public long bytesStored() {
        return bytesStored;
    }

    public long units() {
        return units;
    }

    public long eventTimeMs() {
        return eventTimeMs;
    }

    public long sequence() {
        return sequence;
    }

    private int hold(Text text, @Nullable String value, int at) {
        from[text.ordinal()] = at;
        if (value == null) {
            length[text.ordinal()] = (int) ABSENT;
            return at;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        length[text.ordinal()] = utf8.length;
        return at + utf8.length;
    }

    private static long orAbsent(@Nullable Number value) {
        return value == null ? ABSENT : value.longValue();
    }
}
