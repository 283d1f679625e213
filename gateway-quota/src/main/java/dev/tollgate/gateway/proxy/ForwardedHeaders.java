package dev.tollgate.gateway.proxy;

import java.util.Locale;
import java.util.Set;

/// What the upstream learns about the client's connection, in `Forwarded` (RFC 7239) and `X-Forwarded-*`. What
/// clients send in these fields is dropped, unless they are trusted proxies.
public final class ForwardedHeaders {

    private static final String PREFIX = "x-forwarded-";
    private static final Set<String> OTHERS = Set.of("forwarded", "x-real-ip");

    private ForwardedHeaders() {}

    public static boolean isForwarded(String lowerCaseName) {
        return lowerCaseName.startsWith(PREFIX) || OTHERS.contains(lowerCaseName);
    }

    /// The value of `Forwarded`.
    ///
    /// @param clientAddress IP address as text
    /// @param host the Host field that the client sent, or empty
    public static String forwarded(String clientAddress, String host, String scheme) {
        StringBuilder value = new StringBuilder("for=");
        value.append(clientAddress.indexOf(':') < 0 ? clientAddress : "\"[" + clientAddress + "]\"");
        if (!host.isEmpty() && host.indexOf('"') < 0 && host.indexOf('\\') < 0) {
            value.append(";host=\"").append(host).append('"');
        }
        return value.append(";proto=").append(scheme.toLowerCase(Locale.ROOT)).toString();
    }
}
