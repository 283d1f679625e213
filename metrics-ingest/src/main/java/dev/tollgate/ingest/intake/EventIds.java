package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.UuidV7;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// Ids of events that come with a producer's id. The same event has the same id wherever and whenever it is
/// taken: its milliseconds, then 74 bits of SHA-256 over the producer's name, NUL, and the producer's id.
final class EventIds {

    private EventIds() {}

    static UUID of(String producer, String eventId, long epochMs) {
        MessageDigest digest = sha256();
        digest.update(producer.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(eventId.getBytes(StandardCharsets.UTF_8)));
        return UuidV7.of(epochMs, hash.getLong(), hash.getLong());
    }

    static byte[] hash(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
