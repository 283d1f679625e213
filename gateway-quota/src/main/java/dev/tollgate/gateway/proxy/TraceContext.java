package dev.tollgate.gateway.proxy;

import java.util.List;
import java.util.random.RandomGenerator;

/// The `traceparent` of W3C Trace Context, by which the spans of one request find each other.
public final class TraceContext {

    /// `00-<trace id, 32>-<parent id, 16>-<flags, 2>`; later versions may append to it.
    private static final int CHARS = 55;

    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;

    private TraceContext() {}

    /// Whether the fields are one `traceparent` that may be passed on. If not, `tracestate` must not be either.
    public static boolean isValid(List<String> fields) {
        if (fields.size() != 1) {
            return false;
        }
        String field = fields.getFirst();
        if (field.length() < CHARS || !isHex(field, 0, 2) || field.startsWith("ff")) {
            return false;
        }
        boolean longer = field.length() > CHARS;
        if (longer && (field.startsWith("00") || field.charAt(CHARS) != '-')) {
            return false;
        }
        return field.charAt(TRACE_ID - 1) == '-'
                && field.charAt(PARENT_ID - 1) == '-'
                && field.charAt(FLAGS - 1) == '-'
                && isId(field, TRACE_ID, PARENT_ID - 1)
                && isId(field, PARENT_ID, FLAGS - 1)
                && isHex(field, FLAGS, CHARS);
    }

    private static boolean isId(String field, int from, int to) {
        for (int i = from; i < to; i++) {
            if (field.charAt(i) != '0') {
                return isHex(field, from, to);
            }
        }
        return false;
    }

    private static boolean isHex(String field, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = field.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /// A trace that begins here. It is sampled: an upstream whose sampler follows its parent, as is usual, would
    /// otherwise record nothing any more.
    public static String begin(RandomGenerator random) {
        StringBuilder field = new StringBuilder(CHARS).append("00-");
        append(field, random.nextLong());
        append(field, nonZero(random));
        field.append('-');
        append(field, nonZero(random));
        return field.append("-01").toString();
    }

    private static long nonZero(RandomGenerator random) {
        long value = random.nextLong();
        return value == 0 ? 1 : value;
    }

    private static void append(StringBuilder field, long bits) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            field.append(Character.forDigit((int) (bits >>> shift) & 0xf, 16));
        }
    }
}
