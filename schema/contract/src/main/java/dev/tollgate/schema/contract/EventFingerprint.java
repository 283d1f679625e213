package dev.tollgate.schema.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// Computes the 64 bits that stand for one event in a set: the first 8 bytes, big endian, of SHA-256 over
/// id (16 bytes), event type (UTF-8 wire name), units and event time in epoch milliseconds (int64, big
/// endian); a void's units are negated. A set's fingerprint is the sum modulo 2^64, plain addition of Java
/// longs, so it does not depend on order and two sets can be subtracted. The SQL twin is
/// `tollgate.event_fingerprint`.
///
/// An instance belongs to one thread; it reuses its digest.
public final class EventFingerprint {

    private static final int TYPE_BYTES_MAX = 32;

    private final MessageDigest sha256;
    private final ByteBuffer input = ByteBuffer.allocate(16 + TYPE_BYTES_MAX + 8 + 8);

    public EventFingerprint() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public long of(RequestEvent event) {
        return of(event.id(), event.eventType(), event.signedUnits(), event.eventTimeMs());
    }

    /// Of the event that the cursor holds.
    public long of(EventCursor event) {
        long units = event.isVoid() ? -event.units() : event.units();
        return of(event.idHigh(), event.idLow(), event.eventType(), units, event.eventTimeMs());
    }

    /// @param units negative for a void
    public long of(UUID id, EventType eventType, long units, long eventTimeMs) {
        return of(id.getMostSignificantBits(), id.getLeastSignificantBits(), eventType, units, eventTimeMs);
    }

    private long of(long idHigh, long idLow, EventType eventType, long units, long eventTimeMs) {
        input.clear();
        input.putLong(idHigh).putLong(idLow);
        input.put(eventType.wireName().getBytes(StandardCharsets.UTF_8));
        input.putLong(units).putLong(eventTimeMs);
        input.flip();
        sha256.update(input);
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }
}
