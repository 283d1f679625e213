package dev.tollgate.schema.contract;

import dev.tollgate.schema.contract.EventCursor.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads one event into a cursor, straight from JSON as `EventCodec.encode` writes it: no white space, fields in that
/// order, texts of ASCII without escapes. Says yes only to what is certainly valid and no to everything else, which is
/// then the codec's to judge: a doubt costs time, never a verdict.
///
/// The first doubt moves the place to read from behind the end, where nothing can be read any more.
///
/// Belongs to its cursor.
final class EventScanner {

    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] TENANT_ID = ascii(",\"tenantId\":\"");
    private static final byte[] USER_ID = ascii(",\"userId\":\"");
    private static final byte[] EVENT_TYPE = ascii(",\"eventType\":\"");
    private static final byte[] ENDPOINT = ascii(",\"endpoint\":\"");
    private static final byte[] METHOD = ascii(",\"method\":\"");
    private static final byte[] ROUTE = ascii(",\"route\":\"");
    private static final byte[] DURATION_MS = ascii(",\"durationMs\":");
    private static final byte[] DB_QUERY_COUNT = ascii(",\"dbQueryCount\":");
    private static final byte[] DB_DURATION_MS = ascii(",\"dbDurationMs\":");
    private static final byte[] RESPONSE_STATUS = ascii(",\"responseStatus\":");
    private static final byte[] BYTES_SENT = ascii(",\"bytesSent\":");
    private static final byte[] BYTES_RECEIVED = ascii(",\"bytesReceived\":");
    private static final byte[] BYTES_STORED = ascii(",\"bytesStored\":");
    private static final byte[] UNITS = ascii(",\"units\":");
    private static final byte[] EVENT_TIME = ascii(",\"eventTime\":\"");
    private static final byte[] SOURCE = ascii(",\"source\":\"");
    private static final byte[] SEQUENCE = ascii(",\"sequence\":");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] END = ascii("}");

    private static final EventType[] TYPES = EventType.values();
    private static final byte[][] TYPE_NAMES =
            Arrays.stream(TYPES).map(type -> ascii(type.wireName() + "\"")).toArray(byte[][]::new);

    /// Every whole number of so many digits fits a long.
    private static final int DIGITS_MAX = 18;

    private static final int UUID_CHARS = 36;

    private final EventCursor cursor;
    private final byte[] time = new byte[IsoTime.MILLIS_LENGTH];
    private byte[] json = {};
    private int at;

    EventScanner(EventCursor cursor) {
        this.cursor = cursor;
    }

    boolean accepts(byte[] record, long brokerTimestampMs) {
        if (record.length > EventCodec.EVENT_BYTES_MAX) {
            return false;
        }
        json = record;
        at = 0;
        cursor.bytes = record;
        cursor.voidsHigh = 0;
        cursor.voidsLow = 0;
        texts();
        numbers();
        time(brokerTimestampMs);
        expect(SOURCE);
        text(Text.SOURCE, EventCodec.EVENT_BYTES_MAX);
        cursor.sequence = number(SEQUENCE, 1, FieldRules.COUNT_MAX);
        expect(END);
        return at == json.length && hasSoundNames();
    }

    private void texts() {
        expect(ID);
        uuid();
        expect(QUOTE);
        expect(TENANT_ID);
        text(Text.TENANT_ID, FieldRules.TENANT_ID_CHARS_MAX);
        optional(USER_ID, Text.USER_ID, FieldRules.USER_ID_CHARS_MAX);
        expect(EVENT_TYPE);
        eventType();
        optional(ENDPOINT, Text.ENDPOINT, FieldRules.ENDPOINT_CHARS_MAX);
        optional(METHOD, Text.METHOD, FieldRules.METHOD_CHARS_MAX);
        optional(ROUTE, Text.ROUTE, FieldRules.ROUTE_CHARS_MAX);
    }

    private void numbers() {
        cursor.durationMs = number(DURATION_MS, 0, FieldRules.DURATION_MS_MAX);
        cursor.dbQueryCount = number(DB_QUERY_COUNT, 0, FieldRules.COUNT_MAX);
        cursor.dbDurationMs = optional(DB_DURATION_MS, 0, FieldRules.COUNT_MAX);
        cursor.responseStatus = optional(RESPONSE_STATUS, FieldRules.STATUS_MIN, FieldRules.STATUS_MAX);
        cursor.bytesSent = number(BYTES_SENT, 0, FieldRules.COUNT_MAX);
        cursor.bytesReceived = number(BYTES_RECEIVED, 0, FieldRules.COUNT_MAX);
        cursor.bytesStored = optional(BYTES_STORED, 0, FieldRules.COUNT_MAX);
        cursor.units = number(UNITS, 0, FieldRules.UNITS_MAX);
    }

    /// The id carries the milliseconds, so the only text that the time can have is known.
    private void time(long brokerTimestampMs) {
        expect(EVENT_TIME);
        long ms = UuidV7.epochMs(cursor.idHigh);
        boolean possible = ms >= FieldRules.EVENT_TIME_MS_MIN
                && ms <= IsoTime.EPOCH_MS_MAX
                && ms - EventCodec.FUTURE_MS_MAX <= brokerTimestampMs;
        if (!possible) {
            doubt();
            return;
        }
        cursor.eventTimeMs = ms;
        IsoTime.writeMillis(time, ms);
        expect(time);
        expect(QUOTE);
    }

    private boolean hasSoundNames() {
        int methodLength = cursor.length(Text.METHOD);
        return FieldRules.isTenantId(json, cursor.from(Text.TENANT_ID), cursor.length(Text.TENANT_ID))
                && FieldRules.isSource(json, cursor.from(Text.SOURCE), cursor.length(Text.SOURCE))
                && (methodLength == EventCursor.ABSENT
                        || FieldRules.isMethod(json, cursor.from(Text.METHOD), methodLength));
    }

    private void uuid() {
        int start = at;
        if (json.length - start < UUID_CHARS
                || json[start + 8] != '-'
                || json[start + 13] != '-'
                || json[start + 18] != '-'
                || json[start + 23] != '-') {
            doubt();
            return;
        }
        at = start + UUID_CHARS;
        long high = hex(hex(hex(0, start, 8), start + 9, 4), start + 14, 4);
        long low = hex(hex(0, start + 19, 4), start + 24, 12);
        cursor.idHigh = high;
        cursor.idLow = low;
        if (!UuidV7.isV7(high, low)) {
            doubt();
        }
    }

    /// Appends hexadecimal digits to a value.
    private long hex(long value, int from, int count) {
        long appended = value;
        for (int i = from; i < from + count; i++) {
            int digit = UuidV7.hexDigit((char) (json[i] & 0xff));
            if (digit < 0) {
                doubt();
                return 0;
            }
            appended = appended << 4 | digit;
        }
        return appended;
    }

    private void eventType() {
        for (int i = 0; i < TYPES.length; i++) {
            if (takes(TYPE_NAMES[i])) {
                cursor.eventType = TYPES[i];
                return;
            }
        }
        doubt();
    }

    private void optional(byte[] name, Text text, int charsMax) {
        if (takes(name)) {
            text(text, charsMax);
        } else {
            cursor.length[text.ordinal()] = (int) EventCursor.ABSENT;
        }
    }

    /// Text up to its closing quote. One byte is one character here.
    private void text(Text text, int charsMax) {
        int start = at;
        int end = start;
        while (end < json.length && json[end] >= ' ' && json[end] != '"' && json[end] != '\\') {
            end++;
        }
        cursor.from[text.ordinal()] = start;
        cursor.length[text.ordinal()] = end - start;
        at = end;
        if (end - start > charsMax) {
            doubt();
        }
        expect(QUOTE);
    }

    private long optional(byte[] name, long min, long max) {
        return takes(name) ? number(min, max) : EventCursor.ABSENT;
    }

    private long number(byte[] name, long min, long max) {
        expect(name);
        return number(min, max);
    }

    private long number(long min, long max) {
        int start = at;
        int last = Math.min(json.length, start + DIGITS_MAX);
        int end = start;
        long value = 0;
        while (end < last && json[end] >= '0' && json[end] <= '9') {
            value = value * 10 + (json[end] - '0');
            end++;
        }
        boolean startsWithZero = end - start > 1 && json[start] == '0';
        at = end;
        if (end == start || startsWithZero || value < min || value > max) {
            doubt();
        }
        return value;
    }

    private void expect(byte[] token) {
        if (!takes(token)) {
            doubt();
        }
    }

    /// Whether the token stands here; it is passed over then.
    private boolean takes(byte[] token) {
        int end = at + token.length;
        if (end > json.length || !Arrays.equals(json, at, end, token, 0, token.length)) {
            return false;
        }
        at = end;
        return true;
    }

    private void doubt() {
        at = json.length + 1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
