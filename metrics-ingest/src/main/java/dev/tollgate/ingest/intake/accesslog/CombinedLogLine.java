package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.schema.contract.FieldRules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads lines of the combined log format of Apache and nginx, and of the common format, which lacks the two
/// quoted fields at the end:
/// `host ident user [17/May/2015:10:05:03 +0000] "GET /path HTTP/1.1" 200 1234 "referer" "agent"`.
/// Further fields may follow. Never throws.
public final class CombinedLogLine {

    /// What a line is.
    public sealed interface Result {}

    /// @param unfinished whether the last quoted field lacks its closing quote, which is forgiven
    public record Parsed(LogLine line, boolean unfinished) implements Result {}

    public record Bad(String reason) implements Result {}

    private static final int BYTES_DIGITS_MAX = 15;

    private CombinedLogLine() {}

    public static Result parse(String text) {
        try {
            return parse(new LogCursor(text));
        } catch (LogCursor.MalformedException e) {
            return new Bad(e.reason());
        }
    }

    private static Parsed parse(LogCursor cursor) throws LogCursor.MalformedException {
        String host = cursor.word("client address");
        cursor.skipWord("identity");
        String user = cursor.until(" [", "time in brackets");
        Instant time = LogTime.parse(cursor.until("] ", "closing bracket of the time"));
        if (time == null) {
            throw new LogCursor.MalformedException("the time is none like 17/May/2015:10:05:03 +0000");
        }
        String request = cursor.quoted("request");
        if (cursor.wasUnfinished()) {
            throw new LogCursor.MalformedException("the request has no closing quote");
        }
        int status = status(cursor.spacedWord("status"));
        long bytesSent = bytes(cursor.spacedWord("size"));
        cursor.restOfFields();
        RequestLine requestLine = RequestLine.parse(request);
        var line = new LogLine(
                host,
                user.isEmpty() || user.equals("-") ? null : cut(user, FieldRules.USER_ID_CHARS_MAX),
                time,
                requestLine.method(),
                requestLine.path(),
                status,
                bytesSent);
        return new Parsed(line, cursor.wasUnfinished());
    }

    private static int status(String text) throws LogCursor.MalformedException {
        long status = digits(text, 3);
        if (status < FieldRules.STATUS_MIN || status > FieldRules.STATUS_MAX) {
            throw new LogCursor.MalformedException("the status is none of 100 to 599");
        }
        return (int) status;
    }

    private static long bytes(String text) throws LogCursor.MalformedException {
        if (text.equals("-")) {
            return 0;
        }
        long bytes = digits(text, BYTES_DIGITS_MAX);
        if (bytes < 0) {
            throw new LogCursor.MalformedException("the size is neither a number nor '-'");
        }
        return bytes;
    }

    /// -1 for anything but 1 to `max` decimal digits.
    private static long digits(String text, int max) {
        if (text.isEmpty() || text.length() > max) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /// At most that many characters, without half of a pair at the end.
    static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
        return text.substring(0, end);
    }

    /// Method and path of a request line; both null when it is none of HTTP, as scanners send.
    private record RequestLine(
            @Nullable String method, @Nullable String path) {

        private static final RequestLine NONE = new RequestLine(null, null);

        static RequestLine parse(String request) {
            int methodEnd = request.indexOf(' ');
            if (methodEnd < 1 || !FieldRules.isMethod(request.substring(0, methodEnd))) {
                return NONE;
            }
            int protocol = request.lastIndexOf(" HTTP/");
            int pathEnd = protocol > methodEnd ? protocol : request.length();
            String target = request.substring(methodEnd + 1, pathEnd).strip();
            int query = target.indexOf('?');
            String path = query >= 0 ? target.substring(0, query) : target;
            return new RequestLine(request.substring(0, methodEnd), cut(path, FieldRules.ENDPOINT_CHARS_MAX));
        }
    }
}
