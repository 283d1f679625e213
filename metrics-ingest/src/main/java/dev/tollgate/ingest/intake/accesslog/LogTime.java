package dev.tollgate.ingest.intake.accesslog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The time of an access log, `17/May/2015:10:05:03 +0000`: English month names, a zone without colon.
final class LogTime {

    private static final int LENGTH = 26;
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private LogTime() {}

    static @Nullable Instant parse(String text) {
        boolean shaped = text.length() == LENGTH
                && text.charAt(2) == '/'
                && text.charAt(6) == '/'
                && text.charAt(11) == ':'
                && text.charAt(14) == ':'
                && text.charAt(17) == ':'
                && text.charAt(20) == ' '
                && (text.charAt(21) == '+' || text.charAt(21) == '-');
        if (!shaped) {
            return null;
        }
        try {
            int sign = text.charAt(21) == '-' ? -1 : 1;
            return OffsetDateTime.of(
                            number(text, 7, 4),
                            1 + MONTHS.indexOf(text.substring(3, 6)),
                            number(text, 0, 2),
                            number(text, 12, 2),
                            number(text, 15, 2),
                            number(text, 18, 2),
                            0,
                            ZoneOffset.ofHoursMinutes(sign * number(text, 22, 2), sign * number(text, 24, 2)))
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// Those digits as a number, or -1, which no part of a time is.
    private static int number(String text, int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
