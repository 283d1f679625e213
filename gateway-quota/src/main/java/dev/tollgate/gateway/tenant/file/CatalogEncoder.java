package dev.tollgate.gateway.tenant.file;

import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.KeyEntry;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a catalog. What many tenants have in common is written once, where it is first met, and then named by its
/// number: a table's next number is followed by the new value.
///
/// Layout, all numbers big endian: [#MAGIC], [#VERSION], offset of the ledger's clock in ms, revision; then, each
/// behind its count, the active tenants, the ids of inactive ones, the keys, and the bytes of tenants whose storage is
/// full. [CatalogDecoder] is its counterpart.
final class CatalogEncoder {

    static final int MAGIC = 0x54474353;
    static final int VERSION = 1;

    private final DataOutputStream out;
    private final Map<Object, Integer> zones = new LinkedHashMap<>();
    private final Map<Object, Integer> policies = new LinkedHashMap<>();
    private final Map<Object, Integer> routePolicies = new LinkedHashMap<>();
    private final Map<Object, Integer> features = new LinkedHashMap<>();

    CatalogEncoder(DataOutputStream out) {
        this.out = out;
    }

    void write(CatalogCopy copy) throws IOException {
        TenantCatalog catalog = copy.catalog();
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(copy.ledgerOffsetMs());
        out.writeLong(catalog.revision());
        out.writeInt(catalog.tenants().size());
        for (Tenant tenant : catalog.tenants().values()) {
            tenant(tenant);
        }
        out.writeInt(catalog.inactive().size());
        for (String tenantId : catalog.inactive()) {
            out.writeUTF(tenantId);
        }
        out.writeInt(catalog.keys().size());
        for (KeyEntry key : catalog.keys().values()) {
            key(key);
        }
        out.writeInt(copy.storage().bytesByTenant().size());
        for (Map.Entry<String, Long> full : copy.storage().bytesByTenant().entrySet()) {
            out.writeUTF(full.getKey());
            out.writeLong(full.getValue());
        }
    }

    private void tenant(Tenant tenant) throws IOException {
        out.writeUTF(tenant.tenantId());
        if (isNew(zones, tenant.timeZone())) {
            out.writeUTF(tenant.timeZone().getId());
        }
        policy(tenant.policy());
        if (isNew(routePolicies, tenant.routePolicies())) {
            out.writeInt(tenant.routePolicies().size());
            for (Map.Entry<String, QuotaPolicy> each : tenant.routePolicies().entrySet()) {
                out.writeUTF(each.getKey());
                policy(each.getValue());
            }
        }
        out.writeLong(tenant.dbQueriesPerHour());
        out.writeLong(tenant.dbStorageMb());
        if (isNew(features, tenant.features())) {
            out.writeInt(tenant.features().size());
            for (String feature : tenant.features()) {
                out.writeUTF(feature);
            }
        }
    }

    private void policy(QuotaPolicy policy) throws IOException {
        if (isNew(policies, policy)) {
            out.writeLong(policy.requestsPerMinute());
            out.writeLong(policy.requestsPerHour());
            out.writeLong(policy.requestsPerDay());
            out.writeLong(policy.requestsPerMonth());
            out.writeUTF(policy.enforcement().name());
            out.writeUTF(policy.slidingFallback().name());
            out.writeUTF(policy.calendarFallback().name());
        }
    }

    /// Writes the value's number, and returns whether the value has to follow.
    private boolean isNew(Map<Object, Integer> table, Object value) throws IOException {
        Integer number = table.putIfAbsent(value, table.size());
        out.writeInt(number == null ? table.size() - 1 : number);
        return number == null;
    }

    private void key(KeyEntry key) throws IOException {
        out.writeUTF(key.keyId());
        out.writeUTF(key.tenantId());
        out.writeInt(key.hash().length);
        out.write(key.hash());
        out.writeBoolean(key.traffic());
        out.writeLong(key.expiresAtMs());
    }
}
