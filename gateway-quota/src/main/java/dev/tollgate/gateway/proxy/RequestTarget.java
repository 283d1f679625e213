package dev.tollgate.gateway.proxy;

/// The target of a request line. Only paths that every reader understands alike are accepted: no dot segments, also
/// not percent-encoded, no fragment, no backslash, no control characters.
public sealed interface RequestTarget {

    /// @param path without query
    /// @param query with its question mark, or empty
    record Origin(String path, String query) implements RequestTarget {}

    record Refused(String reason) implements RequestTarget {}

    /// Reads origin form (`/path?query`) and absolute form (`http://host/path?query`, whose authority is ignored).
    static RequestTarget parse(String target) {
        int start = startOfPath(target);
        if (start < 0) {
            return new Refused("the request target must be a path or an http URL");
        }
        int question = target.indexOf('?', start);
        int end = question < 0 ? target.length() : question;
        String path = start == end ? "/" : target.substring(start, end);
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#' || (c == '\\' && i < end)) {
                return new Refused("the request target has a character that is not allowed");
            }
        }
        if (hasDotSegment(path)) {
            return new Refused("the path must not have dot segments");
        }
        return new Origin(path, target.substring(end));
    }

    private static int startOfPath(String target) {
        if (target.startsWith("/")) {
            return 0;
        }
        boolean absolute = target.regionMatches(true, 0, "http://", 0, 7);
        if (!absolute) {
            return -1;
        }
        for (int i = 7; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return target.length();
    }

    private static boolean hasDotSegment(String path) {
        int dots = 0;
        boolean onlyDots = true;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                if (onlyDots && (dots == 1 || dots == 2)) {
                    return true;
                }
                dots = 0;
                onlyDots = true;
            } else if (path.charAt(i) == '.') {
                dots++;
            } else if (path.regionMatches(true, i, "%2e", 0, 3)) {
                dots++;
                i += 2;
            } else {
                onlyDots = false;
            }
        }
        return false;
    }
}
