package dev.tollgate.schema.contract;

/// Text that PostgreSQL and every JSON reader can hold: no NUL and no surrogate without its pair.
public final class EventText {

    private static final char REPLACEMENT = '\uFFFD';

    private EventText() {}

    public static boolean isClean(String text) {
        return firstFault(text) < 0;
    }

    /// The same text made fit for an event: NUL and lone surrogates become U+FFFD, and what is longer than
    /// `charsMax` is cut, never in the middle of a pair.
    public static String clean(String text, int charsMax) {
        if (text.length() <= charsMax && isClean(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(Math.min(text.length(), charsMax));
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (clean.length() + Character.charCount(codePoint) > charsMax) {
                break;
            }
            clean.appendCodePoint(isFault(codePoint) ? REPLACEMENT : codePoint);
        }
        return clean.toString();
    }

    /// The index of the first NUL or lone surrogate, or -1.
    private static int firstFault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (isFault(text.codePointAt(i))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean isFault(int codePoint) {
        return codePoint == 0 || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }
}
