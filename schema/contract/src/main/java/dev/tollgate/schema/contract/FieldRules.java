package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules of single fields, shared by all records of the contract, and the limits that edges (gateway,
/// intake) need to know beforehand. Each check throws `InvalidFieldException`.
public final class FieldRules {

    public static final int TENANT_ID_CHARS_MAX = 64;
    public static final int USER_ID_CHARS_MAX = 256;
    public static final int ENDPOINT_CHARS_MAX = 2_048;
    public static final int METHOD_CHARS_MAX = 32;
    public static final int ROUTE_CHARS_MAX = 128;
    public static final int SOURCE_ID_CHARS_MAX = 40;
    public static final int SOURCE_PARTITION_CHARS_MAX = 4;
    public static final long DURATION_MS_MAX = Integer.MAX_VALUE;

    /// The largest number that every JSON reader holds exactly (RFC 8259, section 6).
    public static final long COUNT_MAX = (1L << 53) - 1;

    public static final long UNITS_MAX = 1_000_000_000L;
    public static final int STATUS_MIN = 100;
    public static final int STATUS_MAX = 599;

    /// 2000-01-01T00:00:00.000Z.
    public static final long EVENT_TIME_MS_MIN = 946_684_800_000L;

    private FieldRules() {}

    /// Whether the text can be a tenant's id.
    public static boolean isTenantId(String text) {
        byte[] ascii = ascii(text);
        return isTenantId(ascii, 0, ascii.length);
    }

    /// The same for ASCII in bytes.
    static boolean isTenantId(byte[] ascii, int from, int length) {
        if (length == 0 || length > TENANT_ID_CHARS_MAX) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            byte c = ascii[i];
            if (!isAlphanumeric(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /// Whether the text can be an event's method: an HTTP token of at most 32 characters.
    public static boolean isMethod(String text) {
        byte[] ascii = ascii(text);
        return isMethod(ascii, 0, ascii.length);
    }

    /// The same for ASCII in bytes.
    static boolean isMethod(byte[] ascii, int from, int length) {
        if (length == 0 || length > METHOD_CHARS_MAX) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            byte c = ascii[i];
            if (!isAlphanumeric(c) && "!#$%&'*+.^_`|~-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether the text is a lane's or outbox's id, a dot and a partition.
    public static boolean isSource(String text) {
        byte[] ascii = ascii(text);
        return isSource(ascii, 0, ascii.length);
    }

    /// The same for ASCII in bytes.
    static boolean isSource(byte[] ascii, int from, int length) {
        int dot = 0;
        while (dot < length && ascii[from + dot] != '.') {
            dot++;
        }
        int partitionChars = length - dot - 1;
        if (dot < 1 || dot > SOURCE_ID_CHARS_MAX || partitionChars < 1 || partitionChars > SOURCE_PARTITION_CHARS_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte c = ascii[from + i];
            boolean allowed = i < dot ? isAlphanumeric(c) || c == '_' || c == '-' : i == dot || isDigit(c);
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    static void tenantId(String value) {
        if (!isTenantId(value)) {
            throw new InvalidFieldException("tenantId", "must be 1 to 64 of letters, digits, '.', '_', '-'");
        }
    }

    static void method(@Nullable String value) {
        if (value != null && !isMethod(value)) {
            throw new InvalidFieldException("method", "must be an HTTP token of 1 to 32 characters");
        }
    }

    static void source(String value) {
        if (!isSource(value)) {
            throw new InvalidFieldException(
                    "source",
                    "must be 1 to 40 of letters, digits, '_', '-', then '.' and a partition of 1 to 4 digits");
        }
    }

    static void id(UUID id, Instant eventTime) {
        if (!UuidV7.isV7(id)) {
            throw new InvalidFieldException("id", "must be a UUID of version 7");
        }
        if (UuidV7.epochMs(id) != eventTime.toEpochMilli()) {
            throw new InvalidFieldException("id", "must carry the milliseconds of eventTime");
        }
    }

    static void voids(@Nullable UUID value, UUID id, Instant eventTime) {
        if (value == null) {
            return;
        }
        if (!UuidV7.isV7(value)) {
            throw new InvalidFieldException("voids", "must be a UUID of version 7");
        }
        if (UuidV7.epochMs(value) != eventTime.toEpochMilli()) {
            throw new InvalidFieldException("voids", "must carry the milliseconds of eventTime");
        }
        if (value.equals(id)) {
            throw new InvalidFieldException("voids", "must not be the event's own id");
        }
    }

    static void eventTime(Instant value) {
        moment("eventTime", value);
        if (value.toEpochMilli() < EVENT_TIME_MS_MIN) {
            throw new InvalidFieldException("eventTime", "must not be earlier than 2000");
        }
    }

    /// A moment that the 24 character form can hold without loss.
    static void moment(String field, Instant value) {
        long second = value.getEpochSecond();
        if (second < 0 || second > IsoTime.EPOCH_MS_MAX / 1_000 || value.getNano() % 1_000_000 != 0) {
            throw new InvalidFieldException(field, "must be whole milliseconds between 1970 and 9999");
        }
    }

    /// A moment that is a whole number of `unitSeconds` since the epoch.
    static void aligned(String field, Instant value, long unitSeconds) {
        moment(field, value);
        if (value.getNano() != 0 || value.getEpochSecond() % unitSeconds != 0) {
            throw new InvalidFieldException(field, "must be a multiple of " + unitSeconds + " seconds");
        }
    }

    static void text(String field, @Nullable String value, int charsMax) {
        if (value == null) {
            return;
        }
        if (value.length() > charsMax) {
            throw new InvalidFieldException(field, "must have at most " + charsMax + " characters");
        }
        if (!EventText.isClean(value)) {
            throw new InvalidFieldException(field, "must not contain NUL or a lone surrogate");
        }
    }

    /// Text that must say something.
    static void name(String field, String value, int charsMax) {
        if (value.isEmpty()) {
            throw new InvalidFieldException(field, "must not be empty");
        }
        text(field, value, charsMax);
    }

    /// A calendar day, `yyyy-MM-dd`.
    static void date(String field, String value) {
        if (IsoTime.parseSeconds(value + "T00:00:00Z") == IsoTime.MALFORMED) {
            throw new InvalidFieldException(field, "must be a day as yyyy-MM-dd");
        }
    }

    static void currency(String value) {
        boolean threeLetters = value.length() == 3 && value.chars().allMatch(c -> c >= 'A' && c <= 'Z');
        if (!threeLetters) {
            throw new InvalidFieldException("currency", "must be a code of three upper-case letters");
        }
    }

    static void count(String field, long value) {
        range(field, value, 0, COUNT_MAX);
    }

    static void optionalCount(String field, @Nullable Long value) {
        if (value != null) {
            count(field, value);
        }
    }

    static void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new InvalidFieldException(field, "must be " + min + " to " + max);
        }
    }

    /// What is not ASCII becomes '?', which no name may have.
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isAlphanumeric(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
