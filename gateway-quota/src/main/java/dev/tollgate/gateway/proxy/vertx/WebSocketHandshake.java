package dev.tollgate.gateway.proxy.vertx;

import java.util.List;

/// Recognizes the request that begins a WebSocket (RFC 6455, section 4.1).
final class WebSocketHandshake {

    static final String PROTOCOL = "websocket";
    static final String UPGRADE = "Upgrade";

    private WebSocketHandshake() {}

    /// @param is11 whether the request's version is HTTP/1.1; no other one can switch
    /// @param hasBody with a body it is an ordinary request
    static boolean isIn(String method, boolean is11, boolean hasBody, List<String> upgrade, List<String> connection) {
        return is11 && !hasBody && method.equals("GET") && names(upgrade, PROTOCOL) && names(connection, UPGRADE);
    }

    private static boolean names(List<String> fields, String wanted) {
        for (String field : fields) {
            for (String part : field.split(",", -1)) {
                if (part.strip().equalsIgnoreCase(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }
}
