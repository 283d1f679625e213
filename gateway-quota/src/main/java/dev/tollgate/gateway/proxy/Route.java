package dev.tollgate.gateway.proxy;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.FieldRules;
import java.net.URI;

/// Where requests under a path go, and what they cost.
///
/// @param name 1 to 128 characters; appears in events
/// @param pathPrefix begins with `/`; `/api` covers `/api` and `/api/…`, not `/apis`
/// @param upstream `http://host[:port][/base]`; the whole request path is appended to the base
/// @param costUnits quota tokens per request
/// @param eventType API or AI request
public record Route(String name, String pathPrefix, URI upstream, long costUnits, EventType eventType) {

    private static final int HTTP_PORT = 80;

    public Route {
        if (name.isBlank() || name.length() > FieldRules.ROUTE_CHARS_MAX) {
            throw new IllegalArgumentException("a route's name must have 1 to 128 characters but is \"" + name + "\"");
        }
        if (!pathPrefix.startsWith("/")) {
            throw new IllegalArgumentException("route " + name + ": pathPrefix must begin with / but is " + pathPrefix);
        }
        if (!"http".equals(upstream.getScheme()) || upstream.getHost() == null || upstream.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "route " + name + ": upstream must be http://host[:port][/base] but is " + upstream);
        }
        if (costUnits < 1 || costUnits > FieldRules.UNITS_MAX) {
            throw new IllegalArgumentException("route " + name + ": costUnits must be 1 to 10^9 but is " + costUnits);
        }
        if (!eventType.isRequest()) {
            throw new IllegalArgumentException("route " + name + ": eventType must be api_request or ai_request");
        }
    }

    public String host() {
        return upstream.getHost();
    }

    public int port() {
        return upstream.getPort() < 0 ? HTTP_PORT : upstream.getPort();
    }

    /// The base's path without a slash at its end.
    public String basePath() {
        String path = upstream.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    boolean covers(String path) {
        if (!path.startsWith(pathPrefix)) {
            return false;
        }
        return pathPrefix.endsWith("/")
                || path.length() == pathPrefix.length()
                || path.charAt(pathPrefix.length()) == '/';
    }
}
