package dev.tollgate.gateway.tenant;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.Set;

/// A tenant that may send traffic.
///
/// @param tenantId 1 to 64 letters, digits, `.`, `_`, `-`
/// @param timeZone rules the calendar day and month of its quotas
/// @param policy its limits in force
/// @param features names of the features it has, for example `ai_features`
public record Tenant(String tenantId, ZoneId timeZone, QuotaPolicy policy, Set<String> features) {

    public Tenant {
        features = Set.copyOf(features);
    }
}
