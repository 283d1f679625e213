package dev.tollgate.gateway.proxy;

import java.util.Optional;

/// The target of a request line. Only paths that every reader understands alike are accepted: no dot segments, also not
/// percent-encoded, behind an encoded slash or before parameters; no encoded control characters, no broken encoding, no
/// fragment, no backslash.
public sealed interface RequestTarget {

    /// @param path without query
    /// @param query with its question mark, or empty
    record Origin(String path, String query) implements RequestTarget {}

    record Refused(String reason) implements RequestTarget {}

    /// A target in absolute form (`http://host/path?query`), taken apart.
    ///
    /// @param authority what goes before the Host field (RFC 9112, section 3.2.2)
    /// @param origin the same target in origin form
    record Absolute(String authority, String origin) {

        /// Empty when the target is not of this form, or its scheme or authority is not one that is served.
        ///
        /// @param scheme of the connection, in lower case
        public static Optional<Absolute> parse(String target, String scheme) {
            int start = scheme.length() + 3;
            boolean hasScheme = target.regionMatches(true, 0, scheme, 0, scheme.length())
                    && target.startsWith("://", scheme.length());
            if (!hasScheme) {
                return Optional.empty();
            }
            int end = start;
            while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
                end++;
            }
            String authority = target.substring(start, end);
            if (!Authority.isValid(authority)) {
                return Optional.empty();
            }
            String rest = target.substring(end);
            return Optional.of(new Absolute(authority, rest.startsWith("/") ? rest : "/" + rest));
        }
    }

    /// Reads origin form (`/path?query`).
    static RequestTarget parse(String target) {
        if (!target.startsWith("/")) {
            return new Refused("the request target must be a path or a URL of this server");
        }
        int question = target.indexOf('?');
        int end = question < 0 ? target.length() : question;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || (c == '\\' && i < end)) {
                return new Refused("the request target has a character that is not allowed");
            }
        }
        String path = target.substring(0, end);
        if (path.indexOf('%') >= 0 && !isWellEncoded(path)) {
            return new Refused("the path has a percent-encoding that is not allowed");
        }
        if (path.indexOf('.') >= 0 || path.indexOf('%') >= 0) {
            return hasDotSegment(path)
                    ? new Refused("the path must not have dot segments")
                    : new Origin(path, target.substring(end));
        }
        return new Origin(path, target.substring(end));
    }

    /// Whether each `%` begins an encoding, and none is of a control character.
    private static boolean isWellEncoded(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 3)) {
            int octet = encoded(path, i);
            if (octet < ' ' || octet == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /// The octet whose encoding begins there, or -1.
    private static int encoded(String path, int at) {
        if (at + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /// Whether a segment is `.` or `..` to a reader that decodes, splits at `/` and `\`, and cuts parameters off.
    private static boolean hasDotSegment(String path) {
        int dots = 0;
        boolean onlyDots = true;
        boolean inParameters = false;
        for (int i = 0; i <= path.length(); i++) {
            int c = i == path.length() ? '/' : path.charAt(i);
            if (c == '%') {
                c = encoded(path, i);
                i += 2;
            }
            if (c == '/' || c == '\\') {
                if (onlyDots && (dots == 1 || dots == 2)) {
                    return true;
                }
                dots = 0;
                onlyDots = true;
                inParameters = false;
            } else if (c == ';') {
                inParameters = true;
            } else if (!inParameters) {
                dots += c == '.' ? 1 : 0;
                onlyDots &= c == '.';
            }
        }
        return false;
    }
}
