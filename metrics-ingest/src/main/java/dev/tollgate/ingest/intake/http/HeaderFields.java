package dev.tollgate.ingest.intake.http;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/// Attributes of a CloudEvent in `ce-` header fields (HTTP binding 1.0.2, section 3.1.3): what a field cannot hold is
/// percent-encoded UTF-8, and quotes around the whole value are of older senders. What could be read in two ways is
/// refused: two ids that look alike must never become one.
final class HeaderFields {

    private static final String PREFIX = "ce-";
    private static final int HEX_DIGITS = 2;

    private final HttpServletRequest request;

    HeaderFields(HttpServletRequest request) {
        this.request = request;
    }

    /// Null when there is no such field.
    @Nullable
    String attribute(String name) {
        Enumeration<String> values = request.getHeaders(PREFIX + name);
        if (!values.hasMoreElements()) {
            return null;
        }
        String value = values.nextElement();
        if (values.hasMoreElements()) {
            throw CloudEventReader.invalid(PREFIX + name, "must be sent once");
        }
        String decoded = decode(unquoted(value));
        if (decoded == null) {
            throw CloudEventReader.invalid(
                    PREFIX + name, "must be printable ASCII, with anything else as percent-encoded UTF-8");
        }
        return decoded;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            if (value.charAt(i) == '\\' && i + 1 < value.length() - 1) {
                i++;
            }
            plain.append(value.charAt(i));
        }
        return plain.toString();
    }

    /// Null when it is malformed.
    private static @Nullable String decode(String value) {
        ByteBuffer bytes = ByteBuffer.allocate(value.length());
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                return null;
            }
            if (c == '%') {
                int octet = octet(value, i + 1);
                if (octet < 0) {
                    return null;
                }
                bytes.put((byte) octet);
                i += 1 + HEX_DIGITS;
            } else {
                bytes.put((byte) c);
                i++;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static int octet(String value, int at) {
        if (at + HEX_DIGITS > value.length()) {
            return -1;
        }
        int high = Character.digit(value.charAt(at), 16);
        int low = Character.digit(value.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
