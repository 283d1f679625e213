package dev.tollgate.ingest.partition.file;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/// Reads CSV as PostgreSQL's COPY writes it (RFC 4180 with line feeds): fields with quotes, commas or line breaks stand
/// in quotes, and quotes in them are doubled. NULL and the empty text both come as the empty text.
final class CsvRows {

    /// More than any field of an event has.
    private static final int FIELD_CHARS_MAX = 1 << 20;

    private static final int END = -1;

    private final Reader in;
    private final StringBuilder field = new StringBuilder();

    /// @param in is buffered
    CsvRows(Reader in) {
        this.in = in;
    }

    /// The next row; an empty list at the end.
    List<String> next() throws IOException {
        List<String> row = new ArrayList<>();
        int next = in.read();
        if (next == END) {
            return row;
        }
        while (true) {
            next = next == '"' ? quoted() : plain(next);
            row.add(field.toString());
            field.setLength(0);
            if (next != ',') {
                return row;
            }
            next = in.read();
        }
    }

    /// Reads up to the comma or line end, which it answers.
    private int plain(int first) throws IOException {
        int next = first;
        while (next != ',' && next != '\n' && next != END) {
            append(next);
            next = in.read();
        }
        return next;
    }

    private int quoted() throws IOException {
        while (true) {
            int next = in.read();
            if (next == END) {
                throw new IOException("a quoted field does not end");
            }
            if (next == '"') {
                next = in.read();
                if (next != '"') {
                    return next;
                }
            }
            append(next);
        }
    }

    private void append(int character) throws IOException {
        if (field.length() == FIELD_CHARS_MAX) {
            throw new IOException("a field is longer than " + FIELD_CHARS_MAX + " characters");
        }
        field.append((char) character);
    }
}
