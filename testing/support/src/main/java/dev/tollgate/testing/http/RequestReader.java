package dev.tollgate.testing.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads requests by the letter of RFC 9112: one space between the parts of the request line, CRLF everywhere, tokens
/// as names, no folded lines, at most one way to tell a body's length. For one thread.
final class RequestReader {

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    /// Fields of framing, routing and authentication (RFC 9110, section 6.5.1).
    private static final Set<String> NOT_IN_TRAILERS = Set.of(
            "content-length",
            "transfer-encoding",
            "connection",
            "te",
            "trailer",
            "host",
            "authorization",
            "x-api-key",
            "x-tenant-id");

    /// Longest line and most lines that are read.
    private static final int LINE_BYTES_MAX = 64 * 1_024;

    private static final int LINES_MAX = 1_000;

    /// What a request holds against the letter.
    static final class Violation extends Exception {

        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    record Head(String method, String target, List<String> fields) {

        boolean expectsContinue() {
            return count(fields, "expect") > 0;
        }
    }

    private final InputStream in;
    private int first;

    RequestReader(InputStream in) {
        this.in = in;
    }

    /// Waits for the next request's first byte; false at the connection's end.
    boolean begins() throws IOException {
        first = in.read();
        return first >= 0;
    }

    Head head() throws IOException, Violation {
        String line = (char) first + line();
        String[] parts = line.split(" ", -1);
        if (first == '\r' || parts.length != 3 || !isToken(parts[0]) || parts[1].isEmpty()) {
            throw new Violation("request line: " + line);
        }
        if (!parts[2].equals("HTTP/1.1")) {
            throw new Violation("version: " + line);
        }
        for (int i = 0; i < parts[1].length(); i++) {
            if (parts[1].charAt(i) <= ' ' || parts[1].charAt(i) >= 0x7f) {
                throw new Violation("target: " + line);
            }
        }
        Head head = new Head(parts[0], parts[1], fields());
        if (count(head.fields(), "host") != 1) {
            throw new Violation("not one Host field: " + head);
        }
        return head;
    }

    private List<String> fields() throws IOException, Violation {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || !isToken(line.substring(0, colon)) || fields.size() >= LINES_MAX) {
                throw new Violation("field line: " + line);
            }
            for (int i = colon + 1; i < line.length(); i++) {
                char c = line.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new Violation("field value: " + line);
                }
            }
            fields.add(line);
        }
        return fields;
    }

    /// Reads the body that belongs to the head.
    UpstreamRequest request(Head head) throws IOException, Violation {
        int lengths = count(head.fields(), "content-length");
        int codings = count(head.fields(), "transfer-encoding");
        if (lengths + codings > 1) {
            throw new Violation("two ways to tell the length: " + head);
        }
        StringBuilder body = new StringBuilder();
        UpstreamRequest request = new UpstreamRequest(head.method(), head.target(), head.fields(), "");
        if (codings == 1) {
            if (!request.values("transfer-encoding").getFirst().equals("chunked")) {
                throw new Violation("transfer coding: " + head);
            }
            chunks(body);
        } else if (lengths == 1) {
            String digits = request.values("content-length").getFirst();
            if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new Violation("length: " + head);
            }
            copy(Long.parseLong(digits), body);
        }
        return new UpstreamRequest(head.method(), head.target(), head.fields(), body.toString());
    }

    private void chunks(StringBuilder body) throws IOException, Violation {
        while (true) {
            String line = line();
            if (line.isEmpty() || line.length() > 15 || !line.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                throw new Violation("chunk size: " + line);
            }
            long size = Long.parseLong(line, 16);
            if (size == 0) {
                trailer();
                return;
            }
            copy(size, body);
            if (!line().isEmpty()) {
                throw new Violation("no line end after a chunk");
            }
        }
    }

    private void trailer() throws IOException, Violation {
        for (String line : fields()) {
            String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
            if (NOT_IN_TRAILERS.contains(name)) {
                throw new Violation("trailer: " + line);
            }
        }
    }

    /// Reads that many bytes; keeps the first ones.
    private void copy(long bytes, StringBuilder to) throws IOException {
        for (long i = 0; i < bytes; i++) {
            int b = read();
            if (to.length() < LINE_BYTES_MAX) {
                to.append((char) b);
            }
        }
    }

    /// A line without its CRLF.
    private String line() throws IOException, Violation {
        StringBuilder line = new StringBuilder();
        for (int b = read(); b != '\r'; b = read()) {
            if (b == '\n' || line.length() >= LINE_BYTES_MAX) {
                throw new Violation("line: " + line);
            }
            line.append((char) b);
        }
        if (read() != '\n') {
            throw new Violation("bare CR after: " + line);
        }
        return line.toString();
    }

    private int read() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the connection ended within a request");
        }
        return b;
    }

    private static int count(List<String> fields, String name) {
        return (int) fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .count();
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && TOKEN_PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
