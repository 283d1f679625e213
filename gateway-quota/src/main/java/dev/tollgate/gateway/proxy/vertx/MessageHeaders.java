package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.HopByHopHeaders;
import dev.tollgate.gateway.proxy.ProxySettings;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Copies header fields from one side to the other, without those that end at the gateway. What becomes of a name is
/// worked out once, since the same names come with every request. One event loop owns an instance.
final class MessageHeaders {

    static final String REQUEST_ID = "X-Request-Id";

    /// Names whose fate is kept, for each direction; senders that make up more gain nothing.
    static final int NAMES_MAX = 1_000;

    static final int NAME_CHARS_MAX = 64;

    private static final CharSequence TENANT_ID = HttpHeaders.createOptimized("X-Tenant-Id");
    private static final String TENANT_PREFIX = "x-tenant-";
    private static final Set<String> WRITTEN_BY_GATEWAY = Set.of(
            "ratelimit",
            "ratelimit-policy",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-request-id");
    private static final Set<String> READ_BY_GATEWAY = Set.of("host", "expect", "x-api-key");

    /// What becomes of a field, by its name alone.
    private enum Fate {
        PASSES,
        ENDS,
        /// Passes unless a key of the gateway's came in it.
        PASSES_WITHOUT_KEY
    }

    private final String dbQueryCountName;
    private final OriginFields origin;
    private final Map<String, Fate> ofRequests = new HashMap<>();
    private final Map<String, Fate> ofResponses = new HashMap<>();

    /// @param dbQueryCountHeader the response field in which upstreams report their queries; it ends here
    /// @param origin writes what requests come from
    private MessageHeaders(String dbQueryCountHeader, OriginFields origin) {
        this.origin = origin;
        this.dbQueryCountName = dbQueryCountHeader.toLowerCase(Locale.ROOT);
    }

    static MessageHeaders of(ProxySettings settings) {
        return new MessageHeaders(
                settings.dbQueryCountHeader(),
                new OriginFields(settings.clients().trustedProxies(), new SplittableRandom()));
    }

    /// The request's fields for the upstream.
    void copyRequest(HttpServerRequest request, Credentials credentials, String tenantId, MultiMap to) {
        MultiMap from = request.headers();
        Set<String> named = HopByHopHeaders.namedBy(from.getAll(HttpHeaders.CONNECTION));
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            Fate fate = ofRequests.get(name);
            if (fate == null) {
                fate = keep(ofRequests, name, ofRequest(name.toLowerCase(Locale.ROOT)));
            }
            boolean passes = fate == Fate.PASSES
                    || (fate == Fate.PASSES_WITHOUT_KEY
                            && !credentials.inAuthorization()
                            && !Credentials.isKey(field.getValue()));
            if (passes && !isNamed(named, name)) {
                to.add(name, field.getValue());
            }
        }
        origin.write(request, to);
        to.set(TENANT_ID, tenantId);
    }

    /// A name with `_` is treated as if it had `-`: a CGI or WSGI application sees no difference.
    private static Fate ofRequest(String lowerCaseName) {
        String name = lowerCaseName.replace('_', '-');
        boolean ends = HopByHopHeaders.isHopByHop(name)
                || lowerCaseName.equals("content_length")
                || OriginFields.owns(name)
                || name.startsWith(TENANT_PREFIX)
                || READ_BY_GATEWAY.contains(name);
        if (ends) {
            return Fate.ENDS;
        }
        return name.equals("authorization") ? Fate.PASSES_WITHOUT_KEY : Fate.PASSES;
    }

    /// The response's fields for the client.
    void copyResponse(MultiMap from, MultiMap to) {
        Set<String> named = HopByHopHeaders.namedBy(from.getAll(HttpHeaders.CONNECTION));
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            Fate fate = ofResponses.get(name);
            if (fate == null) {
                fate = keep(ofResponses, name, ofResponse(name.toLowerCase(Locale.ROOT)));
            }
            if (fate == Fate.PASSES && !isNamed(named, name)) {
                to.add(name, field.getValue());
            }
        }
    }

    private Fate ofResponse(String name) {
        boolean ends =
                HopByHopHeaders.isHopByHop(name) || name.equals(dbQueryCountName) || WRITTEN_BY_GATEWAY.contains(name);
        return ends ? Fate.ENDS : Fate.PASSES;
    }

    private static boolean isNamed(Set<String> named, String name) {
        return !named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT));
    }

    private static Fate keep(Map<String, Fate> fates, String name, Fate fate) {
        if (fates.size() < NAMES_MAX && name.length() <= NAME_CHARS_MAX) {
            fates.put(name, fate);
        }
        return fate;
    }
}
