package dev.tollgate.gateway.tenant;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/// A tenant that may send traffic.
///
/// @param tenantId 1 to 64 letters, digits, `.`, `_`, `-`
/// @param timeZone rules the calendar day and month of its quotas
/// @param policy its limits in force
/// @param routePolicies its limits on the routes that name such a policy, by the policy's name
/// @param dbQueriesPerHour limit of the database queries that upstreams report
/// @param dbStorageMb how much it may store, in units of 1,000,000 bytes as billing counts them; beyond, writes are
/// refused
/// @param features names of the features it has, for example `ai_features`
public record Tenant(
        String tenantId,
        ZoneId timeZone,
        QuotaPolicy policy,
        Map<String, QuotaPolicy> routePolicies,
        long dbQueriesPerHour,
        long dbStorageMb,
        Set<String> features) {

    public Tenant {
        routePolicies = Map.copyOf(routePolicies);
        features = Set.copyOf(features);
    }

    /// What a request may cost at most, on a route of the policy or, when it is empty, of none.
    public long lowestLimit(String routePolicy) {
        QuotaPolicy ofRoute = routePolicies.get(routePolicy);
        long own = policy.lowestLimit();
        return ofRoute == null ? own : Math.min(own, ofRoute.lowestLimit());
    }
}
