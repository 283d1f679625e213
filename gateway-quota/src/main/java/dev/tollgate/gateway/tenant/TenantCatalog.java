package dev.tollgate.gateway.tenant;

import dev.tollgate.schema.access.key.ApiKey;
import java.util.Map;
import java.util.Set;

/// All tenants and live keys at one revision. Immutable.
public final class TenantCatalog {

    /// More than these are refused.
    public static final int TENANTS_MAX = 1_000_000;

    public static final int KEYS_MAX = 2_000_000;

    public static final TenantCatalog EMPTY = new TenantCatalog(0, Map.of(), Set.of(), Map.of());

    private final long revision;
    private final Map<String, Tenant> tenants;
    private final Set<String> inactive;
    private final Map<String, KeyEntry> keys;

    /// @param tenants active tenants by id
    /// @param inactive ids of suspended and departed tenants
    /// @param keys live keys by id
    public TenantCatalog(long revision, Map<String, Tenant> tenants, Set<String> inactive, Map<String, KeyEntry> keys) {
        this.revision = revision;
        this.tenants = Map.copyOf(tenants);
        this.inactive = Set.copyOf(inactive);
        this.keys = Map.copyOf(keys);
    }

    /// Whether it is this very catalog, and not one that merely holds the same.
    public boolean isSameAs(TenantCatalog other) {
        return this == other;
    }

    public long revision() {
        return revision;
    }

    public Map<String, Tenant> tenants() {
        return tenants;
    }

    public Set<String> inactive() {
        return inactive;
    }

    public Map<String, KeyEntry> keys() {
        return keys;
    }

    /// Epoch milliseconds; [Long#MAX_VALUE] for a key without an end, 0 for one that is not live.
    long expiresAtMs(String keyId) {
        KeyEntry entry = keys.get(keyId);
        return entry == null ? 0 : entry.expiresAtMs();
    }

    /// Looks up a tenant by its id; see [TenantDirectory#findTenant].
    public TenantLookup findTenant(String tenantId) {
        Tenant tenant = tenants.get(tenantId);
        if (tenant != null) {
            return new TenantLookup.Found(tenant, "");
        }
        return inactive.contains(tenantId)
                ? new TenantLookup.Suspended(tenantId)
                : new TenantLookup.Unknown("no tenant " + tenantId);
    }

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
