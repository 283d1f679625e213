package dev.tollgate.gateway.proxy;

/// The form of a path by which routes are found. Upstreams read `/a/%62`, `/a//b` and `/a;x/b` as `/a/b`, or some of
/// them do: in whatever form a client writes a path, it must not get past the costs and limits of its route.
final class RoutePath {

    private static final int HEX = 16;

    private RoutePath() {}

    /// Percent-encoded octets are decoded, each to one character; parameters of segments are left out; slashes in a row
    /// are one. The path itself when it has none of these.
    static String normal(String path) {
        return isNormal(path) ? path : rewritten(path);
    }

    static boolean isNormal(String path) {
        return path.indexOf('%') < 0 && path.indexOf(';') < 0 && !path.contains("//");
    }

    private static String rewritten(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        boolean inParameters = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int octet = c == '%' ? octet(path, i + 1) : -1;
            if (octet >= 0) {
                c = (char) octet;
                i += 2;
            }
            boolean slash = c == '/';
            inParameters = (inParameters && !slash) || c == ';';
            boolean repeated = slash && !normal.isEmpty() && normal.charAt(normal.length() - 1) == '/';
            if (!inParameters && !repeated) {
                normal.append(c);
            }
        }
        return normal.toString();
    }

    /// -1 when these are no two digits.
    private static int octet(String path, int at) {
        if (at + 2 > path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at), HEX);
        int low = Character.digit(path.charAt(at + 1), HEX);
        return high < 0 || low < 0 ? -1 : high * HEX + low;
    }
}
