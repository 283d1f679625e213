package dev.tollgate.gateway.door;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.proxy.RateLimitHeaders;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.tenant.Tenant;
import java.util.LinkedHashMap;
import java.util.Map;

/// The fields that tell a client how its quotas stand, for the asking gateway to pass on.
public final class DoorFields {

    /// The status that the request's client should get, where a door cannot answer with it.
    public static final String STATUS = "X-Tollgate-Status";

    public static final String TENANT_ID = "X-Tenant-Id";

    /// The event's id.
    public static final String REQUEST_ID = "X-Request-Id";

    private final boolean xRateLimit;

    /// @param xRateLimit whether `X-RateLimit-*` are told too
    public DoorFields(boolean xRateLimit) {
        this.xRateLimit = xRateLimit;
    }

    /// In the order in which they are written.
    public Map<String, String> of(DoorVerdict.Allowed allowed) {
        Map<String, String> fields = new LinkedHashMap<>();
        QuotaState closest = allowed.closest();
        add(allowed.tenant(), allowed.routePolicy(), closest, RateLimitHeaders.seconds(closest.resetsIn()), fields);
        return fields;
    }

    /// With those of the problem, `Retry-After` among them.
    public Map<String, String> of(Refused refused) {
        Map<String, String> fields = new LinkedHashMap<>(refused.answer().headers());
        Refused.Spent spent = refused.spent();
        if (spent != null) {
            add(spent.tenant(), spent.routePolicy(), spent.state(), spent.retrySeconds(), fields);
        }
        return fields;
    }

    private void add(
            Tenant tenant, String routePolicy, QuotaState state, long effectiveSeconds, Map<String, String> to) {
        QuotaPolicy ofRoute =
                routePolicy.isEmpty() ? null : tenant.routePolicies().get(routePolicy);
        String policies = ofRoute == null
                ? RateLimitHeaders.policies(tenant.policy())
                : RateLimitHeaders.policies(tenant.policy(), routePolicy, ofRoute);
        if (!policies.isEmpty()) {
            to.put("RateLimit-Policy", policies);
        }
        if (!RateLimitHeaders.isLimited(state)) {
            return;
        }
        to.put("RateLimit", RateLimitHeaders.limit(state, effectiveSeconds));
        if (xRateLimit) {
            to.put("X-RateLimit-Limit", Long.toString(state.limit()));
            to.put("X-RateLimit-Remaining", Long.toString(state.remaining()));
            to.put("X-RateLimit-Reset", Long.toString(state.resetsAt().getEpochSecond()));
        }
    }
}
