package dev.tollgate.gateway.tenant;

import dev.tollgate.schema.access.key.ApiKey;
import java.util.Map;
import java.util.Set;

/// All tenants and live keys at one revision. Immutable.
///
/// @param tenants active tenants by id
/// @param inactive ids of suspended and departed tenants
/// @param keys live keys by id
public record TenantCatalog(
        long revision, Map<String, Tenant> tenants, Set<String> inactive, Map<String, KeyEntry> keys) {

    public TenantCatalog {
        tenants = Map.copyOf(tenants);
        inactive = Set.copyOf(inactive);
        keys = Map.copyOf(keys);
    }

    public static final TenantCatalog EMPTY = new TenantCatalog(0, Map.of(), Set.of(), Map.of());

    /// Looks up the presented text of a key; see [TenantDirectory#find].
    public TenantLookup find(String presentedKey, long nowMs) {
        ApiKey.Presented presented = ApiKey.parse(presentedKey).orElse(null);
        if (presented == null) {
            return new TenantLookup.Unknown("malformed key");
        }
        KeyEntry entry = keys.get(presented.id());
        if (entry == null || !presented.matches(entry.hash())) {
            return new TenantLookup.Unknown("no live key " + presented.id() + " with this secret");
        }
        if (nowMs >= entry.expiresAtMs()) {
            return new TenantLookup.Unknown("key " + entry.keyId() + " of " + entry.tenantId() + " has expired");
        }
        if (!entry.traffic()) {
            return new TenantLookup.Unknown(
                    "key " + entry.keyId() + " of " + entry.tenantId() + " lacks the scope traffic");
        }
        Tenant tenant = tenants.get(entry.tenantId());
        if (tenant == null) {
            return inactive.contains(entry.tenantId())
                    ? new TenantLookup.Suspended(entry.tenantId())
                    : new TenantLookup.Unknown("key " + entry.keyId() + " has no tenant");
        }
        return new TenantLookup.Found(tenant, entry.keyId());
    }
}
