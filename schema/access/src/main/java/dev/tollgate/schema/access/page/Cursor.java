package dev.tollgate.schema.access.page;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The place in a list after which the next page begins: the sort key of the last row, as strings. Its text is
/// opaque to clients: base64url of a version byte and each part with its length.
///
/// A cursor grants nothing. The query behind it must restrict by tenant as if there were none.
public record Cursor(List<String> parts) {

    public static final int PARTS_MAX = 8;
    public static final int TEXT_CHARS_MAX = 1_024;

    private static final byte VERSION = 1;
    private static final int LENGTH_BYTES = 2;

    public Cursor {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > PARTS_MAX) {
            throw new IllegalArgumentException("a cursor has 1 to 8 parts but got " + parts.size());
        }
    }

    public static Cursor of(String... parts) {
        return new Cursor(List.of(parts));
    }

    /// What goes to the client.
    public String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(VERSION);
        for (String part : parts) {
            byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            bytes.write(utf8.length >>> 8);
            bytes.write(utf8.length);
            bytes.writeBytes(utf8);
        }
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
        if (text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException("a cursor has at most 1024 characters but got " + text.length());
        }
        return text;
    }

    /// Empty for anything but the exact text of a cursor with that many parts.
    public static Optional<Cursor> parse(String text, int partCount) {
        return parse(text).filter(cursor -> cursor.parts().size() == partCount);
    }

    /// Empty for anything but the exact text of a cursor.
    public static Optional<Cursor> parse(String text) {
        if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            return read(bytes).filter(cursor -> cursor.text().equals(text));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<Cursor> read(ByteBuffer bytes) throws CharacterCodingException {
        if (!bytes.hasRemaining() || bytes.get() != VERSION) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            if (bytes.remaining() < LENGTH_BYTES || parts.size() == PARTS_MAX) {
                return Optional.empty();
            }
            int length = bytes.getShort() & 0xffff;
            if (length > bytes.remaining()) {
                return Optional.empty();
            }
            ByteBuffer utf8 = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            parts.add(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(new Cursor(parts));
    }
}
