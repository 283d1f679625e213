package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.proxy.RateLimitHeaders;
import dev.tollgate.gateway.tenant.Tenant;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the fields that tell how a quota stands. The values of `RateLimit-Policy` are kept, since they are the same
/// for all tenants with the same limits. One event loop owns an instance.
final class RateLimitFields {

    /// Kept values; with more different limits than these the collection starts anew.
    static final int VALUES_MAX = 4_096;

    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
    private static final CharSequence X_LIMIT = HttpHeaders.createOptimized("X-RateLimit-Limit");
    private static final CharSequence X_REMAINING = HttpHeaders.createOptimized("X-RateLimit-Remaining");
    private static final CharSequence X_RESET = HttpHeaders.createOptimized("X-RateLimit-Reset");

    private record OnRoute(QuotaPolicy own, String name, QuotaPolicy ofRoute) {}

    private final boolean xRateLimit;
    private final Map<QuotaPolicy, CharSequence> ofTenants = new HashMap<>();
    private final Map<OnRoute, CharSequence> onRoutes = new HashMap<>();

    /// @param xRateLimit whether `X-RateLimit-*` are written too
    RateLimitFields(boolean xRateLimit) {
        this.xRateLimit = xRateLimit;
    }

    /// For a request that passed the gate.
    void write(Tenant tenant, String routePolicy, QuotaState closest, MultiMap to) {
        write(tenant, routePolicy, closest, RateLimitHeaders.seconds(closest.resetsIn()), to);
    }

    /// @param effectiveSeconds within which no more than what is left can be used; for a denied request its
    ///     `Retry-After`, which the draft wants not to be earlier
    void write(Tenant tenant, String routePolicy, QuotaState state, long effectiveSeconds, MultiMap to) {
        CharSequence policies = policies(tenant, routePolicy);
        if (!policies.isEmpty()) {
            to.set(POLICY, policies);
        }
        if (!RateLimitHeaders.isLimited(state)) {
            return;
        }
        to.set(LIMIT, RateLimitHeaders.limit(state, effectiveSeconds));
        if (xRateLimit) {
            to.set(X_LIMIT, Long.toString(state.limit()));
            to.set(X_REMAINING, Long.toString(state.remaining()));
            to.set(X_RESET, Long.toString(state.resetsAt().getEpochSecond()));
        }
    }

    private CharSequence policies(Tenant tenant, String routePolicy) {
        QuotaPolicy own = tenant.policy();
        QuotaPolicy ofRoute =
                routePolicy.isEmpty() ? null : tenant.routePolicies().get(routePolicy);
        return ofRoute == null ? ofTenant(own) : onRoute(own, routePolicy, ofRoute);
    }

    private CharSequence ofTenant(QuotaPolicy own) {
        CharSequence kept = ofTenants.get(own);
        return kept == null ? keep(ofTenants, own, RateLimitHeaders.policies(own)) : kept;
    }

    private CharSequence onRoute(QuotaPolicy own, String name, QuotaPolicy ofRoute) {
        OnRoute key = new OnRoute(own, name, ofRoute);
        @Nullable CharSequence kept = onRoutes.get(key);
        return kept == null ? keep(onRoutes, key, RateLimitHeaders.policies(own, name, ofRoute)) : kept;
    }

    private static <K> CharSequence keep(Map<K, CharSequence> values, K key, String value) {
        if (values.size() >= VALUES_MAX) {
            values.clear();
        }
        CharSequence optimized = HttpHeaders.createOptimized(value);
        values.put(key, optimized);
        return optimized;
    }
}
