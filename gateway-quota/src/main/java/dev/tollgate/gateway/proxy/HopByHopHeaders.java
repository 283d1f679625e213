package dev.tollgate.gateway.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The fields that concern one connection only and are never passed on (RFC 9110, section 7.6.1), and those that the
/// gateway writes itself. Names are compared in lower case.
public final class HopByHopHeaders {

    private static final Set<String> ALWAYS = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-authentication-info",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private HopByHopHeaders() {}

    public static boolean isHopByHop(String lowerCaseName) {
        return ALWAYS.contains(lowerCaseName);
    }

    /// Whether a Connection field, also among other names, asks for the connection's end after this message.
    public static boolean asksToClose(List<String> connectionFields) {
        for (String field : connectionFields) {
            for (String part : field.split(",", -1)) {
                if (part.strip().equalsIgnoreCase("close")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The names, in lower case, that Connection fields add to the list. End-to-end fields that a sender must not be
    /// able to remove are left out.
    public static Set<String> namedBy(List<String> connectionFields) {
        if (connectionFields.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String field : connectionFields) {
            for (String part : field.split(",", -1)) {
                String name = part.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !name.equals("content-length") && !name.equals("host")) {
                    names.add(name);
                }
            }
        }
        names.remove("close");
        return names;
    }
}
