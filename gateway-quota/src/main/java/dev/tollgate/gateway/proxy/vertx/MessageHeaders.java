package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ForwardedHeaders;
import dev.tollgate.gateway.proxy.HopByHopHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Copies header fields from one side to the other, without those that end at the gateway.
final class MessageHeaders {

    static final String TENANT_ID = "X-Tenant-Id";
    static final String REQUEST_ID = "X-Request-Id";

    private static final String TENANT_PREFIX = "x-tenant-";
    private static final Set<String> WRITTEN_BY_GATEWAY = Set.of(
            "ratelimit",
            "ratelimit-policy",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-request-id");

    private MessageHeaders() {}

    /// The request's fields for the upstream. A name with `_` is treated as if it had `-`: a CGI or WSGI application
    /// sees no difference.
    static void copyRequest(HttpServerRequest request, Credentials credentials, String tenantId, MultiMap to) {
        Set<String> named = HopByHopHeaders.namedBy(request.headers().getAll("Connection"));
        for (Map.Entry<String, String> field : request.headers()) {
            String lowerCaseName = field.getKey().toLowerCase(Locale.ROOT);
            String name = lowerCaseName.replace('_', '-');
            boolean ends = HopByHopHeaders.isHopByHop(name)
                    || named.contains(lowerCaseName)
                    || lowerCaseName.equals("content_length")
                    || ForwardedHeaders.isForwarded(name)
                    || name.startsWith(TENANT_PREFIX)
                    || name.equals("host")
                    || name.equals("expect")
                    || name.equals("x-api-key")
                    || (name.equals("authorization") && credentials.inAuthorization());
            if (!ends) {
                to.add(field.getKey(), field.getValue());
            }
        }
        addForwarded(request, to);
        to.set(TENANT_ID, tenantId);
    }

    private static void addForwarded(HttpServerRequest request, MultiMap to) {
        String host = firstOr(request.headers().getAll("Host"), "");
        String scheme = request.isSSL() ? "https" : "http";
        String address = request.remoteAddress().hostAddress();
        if (address != null) {
            to.set("X-Forwarded-For", address);
            to.set("Forwarded", ForwardedHeaders.forwarded(address, host, scheme));
        }
        if (!host.isEmpty()) {
            to.set("X-Forwarded-Host", host);
        }
        to.set("X-Forwarded-Proto", scheme);
    }

    /// The response's fields for the client.
    ///
    /// @param dbQueryCountName lower-case name of the field that ends at the gateway
    static void copyResponse(MultiMap from, String dbQueryCountName, MultiMap to) {
        Set<String> named = HopByHopHeaders.namedBy(from.getAll("Connection"));
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            boolean ends = HopByHopHeaders.isHopByHop(name)
                    || named.contains(name)
                    || name.equals(dbQueryCountName)
                    || WRITTEN_BY_GATEWAY.contains(name);
            if (!ends) {
                to.add(field.getKey(), field.getValue());
            }
        }
    }

    private static String firstOr(List<String> values, String other) {
        return values.isEmpty() ? other : values.getFirst();
    }
}
