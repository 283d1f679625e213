package dev.tollgate.gateway.proxy;

/// The host and port that a request names, in its Host field or before an absolute path.
public final class Authority {

    private static final int PORT_MAX = 65_535;

    private Authority() {}

    /// Whether it is a name or an address with an optional port, and nothing that some reader could take for more: no
    /// user, path, list or percent-encoding. Names that are not ASCII travel in their ASCII form.
    public static boolean isValid(String text) {
        int end = text.startsWith("[") ? endOfAddress(text) : endOfName(text);
        return end > 0 && (end == text.length() || (text.charAt(end) == ':' && isPort(text, end + 1)));
    }

    private static int endOfName(String text) {
        int i = 0;
        while (i < text.length() && isNameCharacter(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /// Behind the bracket that closes an IPv6 address, or -1.
    private static int endOfAddress(String text) {
        int i = 1;
        while (i < text.length() && (Character.digit(text.charAt(i), 16) >= 0 || ":.".indexOf(text.charAt(i)) >= 0)) {
            i++;
        }
        return i > 1 && i < text.length() && text.charAt(i) == ']' ? i + 1 : -1;
    }

    private static boolean isPort(String text, int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
            if (port > PORT_MAX) {
                return false;
            }
        }
        return true;
    }
}
