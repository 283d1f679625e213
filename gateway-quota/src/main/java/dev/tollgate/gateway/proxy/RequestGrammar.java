package dev.tollgate.gateway.proxy;

import org.jspecify.annotations.Nullable;

/// Follows a request's bytes through the grammar of RFC 9112 and tells where its head or its chunked body ends, or what
/// is wrong with it. Where the grammar lets a recipient be lenient, it is not: lines end in CRLF, the request line has
/// two single spaces, no line is folded.
///
/// Limits of size are not its concern, but for what the size of a head does not bound: how many lines there are, chunk
/// extensions, empty lines before a request. For one connection, on its event loop.
public final class RequestGrammar {

    /// Empty lines before a request line that are skipped (RFC 9112, section 2.2, wants one).
    public static final int EMPTY_LINES_MAX = 8;

    /// Lines of a head, and of a body's trailer.
    public static final int FIELDS_MAX = 500;

    /// The fault of a head or trailer with more lines.
    public static final String TOO_MANY_FIELDS = "there are more than " + FIELDS_MAX + " field lines";

    /// Bytes of extensions of one chunk.
    public static final int EXTENSION_BYTES_MAX = 1_024;

    /// Hexadecimal digits of a chunk's size, leading zeros not counted.
    private static final int SIZE_DIGITS_MAX = 15;

    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '0', '.', '0'};

    private enum State {
        START,
        START_LF,
        METHOD,
        TARGET_FIRST,
        TARGET,
        VERSION,
        LINE_LF,
        LINE_FIRST,
        NAME,
        VALUE,
        END_LF,
        SIZE_FIRST,
        SIZE,
        SIZE_BLANK,
        EXTENSION,
        QUOTED,
        QUOTED_PAIR,
        SIZE_LF,
        DATA_CR,
        DATA_LF,
        END
    }

    private State state = State.START;
    private @Nullable String fault;
    private int count;
    private int fields;
    private long size;
    private int digits;

    /// The next byte is the first of a head.
    public void beginHead() {
        state = State.START;
        count = 0;
        fields = 0;
    }

    /// The next byte is the first of a chunked body.
    public void beginChunks() {
        state = State.SIZE_FIRST;
        fields = 0;
    }

    /// Whether the head or body has ended with the last byte.
    public boolean atEnd() {
        return state == State.END;
    }

    /// What is wrong, once something is.
    public @Nullable String fault() {
        return fault;
    }

    /// How many of the following bytes belong to a chunk's data, which are not shown but passed over.
    public long dataBytes() {
        return state == State.DATA_CR ? size : 0;
    }

    public void passData(long bytes) {
        size -= bytes;
    }

    /// Takes the next byte; must not be called at the end, within data, or after a fault.
    ///
    /// @return whether the byte behind it is to be shown too
    public boolean next(byte b) {
        switch (state) {
            case START -> first(b);
            case START_LF -> lineFeed(b, State.START);
            case METHOD -> ahead(b == ' ' ? State.TARGET_FIRST : State.METHOD, b == ' ' || isToken(b), "the method");
            case TARGET_FIRST -> ahead(State.TARGET, isVisible(b), "the request target");
            case TARGET -> target(b);
            case VERSION -> version(b);
            case LINE_LF -> lineFeed(b, State.LINE_FIRST);
            case LINE_FIRST -> firstOfLine(b);
            case NAME -> ahead(b == ':' ? State.VALUE : State.NAME, b == ':' || isToken(b), "a field name");
            case VALUE -> ahead(b == '\r' ? State.LINE_LF : State.VALUE, b == '\r' || isText(b), "a field value");
            case END_LF -> lineFeed(b, State.END);
            case SIZE_FIRST, SIZE, SIZE_BLANK -> size(b);
            case EXTENSION, QUOTED, QUOTED_PAIR -> extension(b);
            case SIZE_LF -> lineFeed(b, size == 0 ? State.LINE_FIRST : State.DATA_CR);
            case DATA_CR -> ahead(State.DATA_LF, b == '\r', "the end of a chunk");
            case DATA_LF -> lineFeed(b, State.SIZE_FIRST);
            case END -> throw new IllegalStateException("the message has ended");
        }
        return fault == null && state != State.END && dataBytes() == 0;
    }

    private void ahead(State next, boolean allowed, String part) {
        if (allowed) {
            state = next;
        } else {
            fault = part + " has a byte that is not allowed";
        }
    }

    private void lineFeed(byte b, State next) {
        ahead(next, b == '\n', "a line's end");
    }

    private void first(byte b) {
        if (b == '\r') {
            count++;
            ahead(State.START_LF, count <= EMPTY_LINES_MAX, "the place before a request line");
        } else {
            ahead(State.METHOD, isToken(b), "the method");
        }
    }

    private void target(byte b) {
        count = 0;
        ahead(b == ' ' ? State.VERSION : State.TARGET, b == ' ' || isVisible(b), "the request target");
    }

    private void version(byte b) {
        if (count == VERSION.length) {
            ahead(State.LINE_LF, b == '\r', "the version");
            return;
        }
        byte expected = VERSION[count++];
        ahead(State.VERSION, expected == '0' ? b >= '0' && b <= '9' : b == expected, "the version");
    }

    private void firstOfLine(byte b) {
        if (b == ' ' || b == '\t') {
            fault = "a field line is folded";
        } else if (++fields > FIELDS_MAX && b != '\r') {
            fault = TOO_MANY_FIELDS;
        } else {
            ahead(b == '\r' ? State.END_LF : State.NAME, b == '\r' || isToken(b), "a field name");
        }
    }

    private void size(byte b) {
        int digit = state == State.SIZE_BLANK ? -1 : Character.digit(b, 16);
        if (digit >= 0) {
            size = (state == State.SIZE_FIRST ? 0 : size << 4) + digit;
            digits = size == 0 ? 0 : state == State.SIZE_FIRST ? 1 : digits + 1;
            ahead(State.SIZE, digits <= SIZE_DIGITS_MAX, "a chunk's size");
        } else if (state == State.SIZE_FIRST) {
            ahead(state, false, "a chunk's size");
        } else if (b == ';') {
            count = 0;
            state = State.EXTENSION;
        } else if (b == ' ' || b == '\t') {
            state = State.SIZE_BLANK;
        } else {
            ahead(State.SIZE_LF, b == '\r' && state == State.SIZE, "a chunk's size");
        }
    }

    private void extension(byte b) {
        count++;
        if (count > EXTENSION_BYTES_MAX) {
            fault = "a chunk's extensions are too long";
        } else if (state == State.QUOTED_PAIR) {
            ahead(State.QUOTED, isText(b), "a chunk's extension");
        } else if (state == State.QUOTED) {
            ahead(b == '"' ? State.EXTENSION : b == '\\' ? State.QUOTED_PAIR : state, isText(b), "a chunk's extension");
        } else if (b == '\r') {
            state = State.SIZE_LF;
        } else {
            boolean allowed = isToken(b) || b == '=' || b == ';' || b == '"' || b == ' ' || b == '\t';
            ahead(b == '"' ? State.QUOTED : State.EXTENSION, allowed, "a chunk's extension");
        }
    }

    private static boolean isToken(byte b) {
        return b >= 0 && TOKEN[b];
    }

    private static boolean isVisible(byte b) {
        return b > ' ' && b < 0x7f;
    }

    /// Visible characters, blanks and bytes beyond ASCII.
    private static boolean isText(byte b) {
        return b < 0 || (b >= ' ' && b < 0x7f) || b == '\t';
    }

    private static final boolean[] TOKEN = tokenCharacters();

    private static boolean[] tokenCharacters() {
        boolean[] token = new boolean[128];
        for (char c = 0; c < 128; c++) {
            token[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
        return token;
    }
}
