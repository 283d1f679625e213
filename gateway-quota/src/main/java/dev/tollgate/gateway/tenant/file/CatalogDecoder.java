package dev.tollgate.gateway.tenant.file;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.KeyEntry;
import dev.tollgate.gateway.tenant.SharedValues;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads what [CatalogEncoder] wrote. Anything that cannot be such a catalog is a fault, an `IOException` or a
/// `RuntimeException`; whether the rest is right only the file's checksum can tell.
final class CatalogDecoder {

    private static final int HASH_BYTES = 32;
    private static final int FEW_MAX = 10_000;

    private final DataInputStream in;
    private final SharedValues shared = new SharedValues(TenantCatalog.EMPTY);
    private final List<ZoneId> zones = new ArrayList<>();
    private final List<QuotaPolicy> policies = new ArrayList<>();
    private final List<Map<String, QuotaPolicy>> routePolicies = new ArrayList<>();
    private final List<Set<String>> features = new ArrayList<>();

    CatalogDecoder(DataInputStream in) {
        this.in = in;
    }

    CatalogCopy read() throws IOException {
        require(in.readInt() == CatalogEncoder.MAGIC, "it is no snapshot of a catalog");
        int version = in.readInt();
        require(version == CatalogEncoder.VERSION, "it has the unknown format version " + version);
        long ledgerOffsetMs = in.readLong();
        long revision = in.readLong();
        Map<String, Tenant> tenants = tenants();
        Set<String> inactive = new HashSet<>();
        for (int left = count(TenantCatalog.TENANTS_MAX); left > 0; left--) {
            inactive.add(in.readUTF());
        }
        Map<String, KeyEntry> keys = keys(tenants);
        Map<String, Long> full = new HashMap<>();
        for (int left = count(TenantCatalog.TENANTS_MAX); left > 0; left--) {
            full.put(in.readUTF(), in.readLong());
        }
        return new CatalogCopy(
                new TenantCatalog(revision, tenants, inactive, keys), new StorageState(full), ledgerOffsetMs);
    }

    private Map<String, Tenant> tenants() throws IOException {
        int count = count(TenantCatalog.TENANTS_MAX);
        Map<String, Tenant> tenants = new HashMap<>();
        for (int left = count; left > 0; left--) {
            String tenantId = in.readUTF();
            int zone = in.readInt();
            if (zone == zones.size()) {
                zones.add(ZoneId.of(in.readUTF()));
            }
            QuotaPolicy policy = policy();
            Map<String, QuotaPolicy> ofRoutes = routePolicies();
            long dbQueriesPerHour = in.readLong();
            long dbStorageMb = in.readLong();
            tenants.put(
                    tenantId,
                    new Tenant(tenantId, zones.get(zone), policy, ofRoutes, dbQueriesPerHour, dbStorageMb, features()));
        }
        return tenants;
    }

    private QuotaPolicy policy() throws IOException {
        int number = in.readInt();
        if (number == policies.size()) {
            policies.add(new QuotaPolicy(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    Enforcement.valueOf(in.readUTF()),
                    LedgerFallback.valueOf(in.readUTF()),
                    LedgerFallback.valueOf(in.readUTF())));
        }
        return policies.get(number);
    }

    private Map<String, QuotaPolicy> routePolicies() throws IOException {
        int number = in.readInt();
        if (number == routePolicies.size()) {
            Map<String, QuotaPolicy> byName = new HashMap<>();
            for (int left = count(FEW_MAX); left > 0; left--) {
                byName.put(in.readUTF(), policy());
            }
            routePolicies.add(Map.copyOf(byName));
        }
        return routePolicies.get(number);
    }

    private Set<String> features() throws IOException {
        int number = in.readInt();
        if (number == features.size()) {
            Set<String> names = new HashSet<>();
            for (int left = count(FEW_MAX); left > 0; left--) {
                names.add(in.readUTF());
            }
            features.add(Set.copyOf(names));
        }
        return features.get(number);
    }

    private Map<String, KeyEntry> keys(Map<String, Tenant> tenants) throws IOException {
        Map<String, KeyEntry> keys = new HashMap<>();
        for (int left = count(TenantCatalog.KEYS_MAX); left > 0; left--) {
            String keyId = in.readUTF();
            String tenantId = in.readUTF();
            require(in.readInt() == HASH_BYTES, "a key's hash has another length than SHA-256");
            byte[] hash = in.readNBytes(HASH_BYTES);
            KeyEntry key = new KeyEntry(keyId, tenantId, hash, in.readBoolean(), in.readLong());
            keys.put(keyId, shared.key(key, tenants.get(tenantId)));
        }
        return keys;
    }

    private int count(int max) throws IOException {
        int count = in.readInt();
        require(count >= 0 && count <= max, "it counts " + count + " entries");
        return count;
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
