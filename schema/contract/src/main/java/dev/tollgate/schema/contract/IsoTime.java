package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// The two time texts of the contract, both UTC and of fixed length: `2026-11-24T03:22:29.000Z` for moments
/// and `2026-11-24T03:00:00Z` for hours and minutes. Written by hand because every event passes here.
public final class IsoTime {

    /// What the parsers answer for text that is not such a time.
    public static final long MALFORMED = Long.MIN_VALUE;

    /// The last moment with a year of four digits.
    public static final long EPOCH_MS_MAX = 253_402_300_799_999L;

    /// The first moment of year 0.
    public static final long EPOCH_MS_MIN = -62_167_219_200_000L;

    static final int MILLIS_LENGTH = 24;
    private static final int SECONDS_LENGTH = 20;
    private static final long MS_PER_DAY = 86_400_000L;
    private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private IsoTime() {}

    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    public static String formatMillis(long epochMs) {
        return new String(formatMillisBytes(epochMs), StandardCharsets.ISO_8859_1);
    }

    static byte[] formatMillisBytes(long epochMs) {
        byte[] text = new byte[MILLIS_LENGTH];
        writeMillis(text, epochMs);
        return text;
    }

    /// The same into an array of `MILLIS_LENGTH`.
    static void writeMillis(byte[] text, long epochMs) {
        writeSeconds(text, epochMs);
        int ms = (int) Math.floorMod(epochMs, 1_000L);
        text[19] = '.';
        text[20] = (byte) ('0' + ms / 100);
        writeTwo(text, 21, ms % 100);
        text[23] = 'Z';
    }

    /// `yyyy-MM-ddTHH:mm:ssZ`; a fraction of a second is dropped.
    public static String formatSeconds(Instant time) {
        byte[] text = new byte[SECONDS_LENGTH];
        writeSeconds(text, time.toEpochMilli());
        text[19] = 'Z';
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// Epoch milliseconds of the 24 character form, or `MALFORMED`.
    public static long parseMillis(String text) {
        if (text.length() != MILLIS_LENGTH || text.charAt(19) != '.' || text.charAt(23) != 'Z') {
            return MALFORMED;
        }
        long seconds = parseSecondsPart(text);
        int ms = digits(text, 20, 3);
        return seconds == MALFORMED || ms < 0 ? MALFORMED : seconds + ms;
    }

    /// Epoch milliseconds of the 20 character form, or `MALFORMED`.
    public static long parseSeconds(String text) {
        if (text.length() != SECONDS_LENGTH || text.charAt(19) != 'Z') {
            return MALFORMED;
        }
        return parseSecondsPart(text);
    }

    private static long parseSecondsPart(String text) {
        if (text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return MALFORMED;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 2);
        int day = digits(text, 8, 2);
        int hour = digits(text, 11, 2);
        int minute = digits(text, 14, 2);
        int second = digits(text, 17, 2);
        boolean dateExists = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
        boolean timeExists = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        if (!dateExists || !timeExists) {
            return MALFORMED;
        }
        return epochDay(year, month, day) * MS_PER_DAY + (hour * 3_600L + minute * 60L + second) * 1_000L;
    }

    /// The number of those decimal digits, or -1 when one is not a digit.
    private static int digits(String text, int start, int count) {
        int value = 0;
        for (int i = start; i < start + count; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int daysOf(int year, int month) {
        boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        return month == 2 && leap ? 29 : DAYS_OF_MONTH[month - 1];
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March
    /// (Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
    private static long epochDay(int year, int month, int day) {
        int marchYear = month <= 2 ? year - 1 : year;
        int era = Math.floorDiv(marchYear, 400);
        int yearOfEra = marchYear - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468L;
    }

    /// Writes the first 19 characters; the inverse of `epochDay` (civil_from_days of the same source).
    private static void writeSeconds(byte[] text, long epochMs) {
        if (epochMs < EPOCH_MS_MIN || epochMs > EPOCH_MS_MAX) {
            throw new IllegalArgumentException("epochMs must lie in the years 0 to 9999 but is " + epochMs);
        }
        int days = (int) Math.floorDiv(epochMs, MS_PER_DAY) + 719_468;
        int secondOfDay = (int) (Math.floorMod(epochMs, MS_PER_DAY) / 1_000);
        int era = Math.floorDiv(days, 146_097);
        int dayOfEra = days - era * 146_097;
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        writeTwo(text, 0, year / 100);
        writeTwo(text, 2, year % 100);
        text[4] = '-';
        writeTwo(text, 5, month);
        text[7] = '-';
        writeTwo(text, 8, dayOfYear - (153 * marchMonth + 2) / 5 + 1);
        text[10] = 'T';
        writeTwo(text, 11, secondOfDay / 3_600);
        text[13] = ':';
        writeTwo(text, 14, secondOfDay / 60 % 60);
        text[16] = ':';
        writeTwo(text, 17, secondOfDay % 60);
    }

    private static void writeTwo(byte[] text, int at, int value) {
        text[at] = (byte) ('0' + value / 10);
        text[at + 1] = (byte) ('0' + value % 10);
    }
}
