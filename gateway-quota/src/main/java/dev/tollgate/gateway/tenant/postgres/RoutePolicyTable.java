package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.SharedValues;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The route policies of all tenants: defaults, and what single tenants have instead. A tenant without anything of its
/// own has the one shared map of defaults.
final class RoutePolicyTable {

    private final SharedValues shared;
    private final Map<String, QuotaPolicy> defaults = new HashMap<>();
    private final Map<String, Map<String, QuotaPolicy>> ofTenants = new HashMap<>();
    private @Nullable Map<String, QuotaPolicy> sharedDefaults;

    RoutePolicyTable(SharedValues shared) {
        this.shared = shared;
    }

    /// Takes a row; all defaults, whose tenant is empty, come before the others.
    void add(String tenantId, String name, QuotaPolicy policy) {
        if (tenantId.isEmpty()) {
            defaults.put(name, policy);
        } else {
            ofTenants.computeIfAbsent(tenantId, id -> new HashMap<>(defaults)).put(name, policy);
        }
    }

    /// Asked once all rows are taken.
    Map<String, QuotaPolicy> of(String tenantId) {
        Map<String, QuotaPolicy> own = ofTenants.get(tenantId);
        if (own != null) {
            return shared.routePolicies(own);
        }
        Map<String, QuotaPolicy> common = sharedDefaults;
        if (common == null) {
            common = shared.routePolicies(defaults);
            sharedDefaults = common;
        }
        return common;
    }
}
