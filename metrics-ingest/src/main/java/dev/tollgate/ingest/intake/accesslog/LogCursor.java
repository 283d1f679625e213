package dev.tollgate.ingest.intake.accesslog;

/// A place in a log line that only moves forward.
final class LogCursor {

    private final String text;
    private int at;
    private boolean unfinished;

    LogCursor(String text) {
        this.text = text;
    }

    /// What is wrong with a line.
    static final class MalformedException extends Exception {

        private final String reason;

        MalformedException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /// The text up to the next space, which is passed.
    String word(String what) throws MalformedException {
        String word = until(" ", what);
        if (word.isEmpty()) {
            throw new MalformedException("the " + what + " is missing");
        }
        return word;
    }

    void skipWord(String what) throws MalformedException {
        until(" ", what);
    }

    /// The text up to a mark, which is passed.
    String until(String mark, String what) throws MalformedException {
        int end = text.indexOf(mark, at);
        if (end < 0) {
            throw new MalformedException("the " + what + " is missing");
        }
        String found = text.substring(at, end);
        at = end + mark.length();
        return found;
    }

    /// A space, then the text up to the next space or the end.
    String spacedWord(String what) throws MalformedException {
        if (at >= text.length() || text.charAt(at) != ' ') {
            throw new MalformedException("the " + what + " is missing");
        }
        int end = text.indexOf(' ', at + 1);
        String found = text.substring(at + 1, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end;
        return found;
    }

    /// A quoted field with its escapes resolved. Without a closing quote it reaches to the end of the line.
    String quoted(String what) throws MalformedException {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw new MalformedException("the " + what + " in quotes is missing");
        }
        at++;
        StringBuilder field = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return field.toString();
            }
            if (c == '\\' && at < text.length()) {
                escape(field);
            } else {
                field.append(c);
            }
        }
        unfinished = true;
        return field.toString();
    }

    /// Whether a quoted field had no closing quote.
    boolean wasUnfinished() {
        return unfinished;
    }

    /// Passes what follows: fields with one space before each, quoted or not.
    void restOfFields() throws MalformedException {
        while (at < text.length()) {
            if (text.charAt(at) == ' ' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                at++;
                quoted("field");
            } else {
                spacedWord("space before a field");
            }
        }
    }

    /// `\xhh` is a byte, `\n`, `\r`, `\t` are what they are in C, anything else is itself.
    private void escape(StringBuilder field) {
        char c = text.charAt(at++);
        switch (c) {
            case 'n' -> field.append('\n');
            case 'r' -> field.append('\r');
            case 't' -> field.append('\t');
            case 'x' -> hex(field);
            default -> field.append(c);
        }
    }

    private void hex(StringBuilder field) {
        int high = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        int low = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            field.append("\\x");
            return;
        }
        at += 2;
        int value = high << 4 | low;
        // NUL cannot be stored; the replacement character stands for it.
        field.append(value == 0 ? '\uFFFD' : (char) value);
    }
}
