package dev.tollgate.gateway.tenant;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps one instance of each value that many tenants have in common, and keeps the tenants and keys that did not
/// change between two catalogs: with 100,000 tenants the second one costs little more than its tables. Used by one
/// thread for one catalog.
public final class SharedValues {

    private final Map<QuotaPolicy, QuotaPolicy> policies = new HashMap<>();
    private final Map<Map<String, QuotaPolicy>, Map<String, QuotaPolicy>> routePolicies = new HashMap<>();
    private final Map<Set<String>, Set<String>> features = new HashMap<>();
    private final TenantCatalog before;

    /// @param before the catalog in use, which the new one replaces
    public SharedValues(TenantCatalog before) {
        this.before = before;
        Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tenant tenant : before.tenants().values()) {
            if (met.add(tenant.policy())) {
                policies.putIfAbsent(tenant.policy(), tenant.policy());
            }
            if (met.add(tenant.routePolicies())) {
                routePolicies.putIfAbsent(tenant.routePolicies(), tenant.routePolicies());
                tenant.routePolicies().values().forEach(policy -> policies.putIfAbsent(policy, policy));
            }
            if (met.add(tenant.features())) {
                features.putIfAbsent(tenant.features(), tenant.features());
            }
        }
    }

    public QuotaPolicy policy(QuotaPolicy policy) {
        return one(policies, policy);
    }

    public Map<String, QuotaPolicy> routePolicies(Map<String, QuotaPolicy> byName) {
        return one(routePolicies, byName.isEmpty() ? Map.of() : Map.copyOf(byName));
    }

    public Set<String> features(Set<String> names) {
        return one(features, Set.copyOf(names));
    }

    private static <T> T one(Map<T, T> kept, T value) {
        T first = kept.putIfAbsent(value, value);
        return first == null ? value : first;
    }

    /// The tenant of the catalog in use when it is the same, else this one.
    public Tenant tenant(Tenant loaded) {
        Tenant held = before.tenants().get(loaded.tenantId());
        return held != null && held.equals(loaded) ? held : loaded;
    }

    /// The key of the catalog in use when it is the same, else this one, with its tenant's own instance of the id.
    ///
    /// @param tenant null when the key's tenant is not active
    public KeyEntry key(KeyEntry loaded, @Nullable Tenant tenant) {
        KeyEntry held = before.keys().get(loaded.keyId());
        if (held != null && held.equals(loaded)) {
            return held;
        }
        return tenant == null
                ? loaded
                : new KeyEntry(
                        loaded.keyId(), tenant.tenantId(), loaded.hash(), loaded.traffic(), loaded.expiresAtMs());
    }
}
