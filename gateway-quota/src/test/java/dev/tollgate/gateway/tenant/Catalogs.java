package dev.tollgate.gateway.tenant;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.schema.access.key.ApiKey;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/// Small catalogs for tests.
public final class Catalogs {

    private Catalogs() {}

    public static QuotaPolicy policy(long perMinute) {
        return new QuotaPolicy(
                perMinute,
                1_000,
                QuotaPolicy.UNLIMITED,
                5_000,
                Enforcement.SHADOW,
                LedgerFallback.FAIR_SHARE,
                LedgerFallback.OPEN);
    }

    public static Tenant tenant(String tenantId) {
        return new Tenant(
                tenantId,
                ZoneId.of("Europe/Berlin"),
                policy(60),
                Map.of("search", policy(5)),
                77,
                88,
                Set.of("ai_features"));
    }

    /// One tenant, `acme`, with one key, and one that is suspended.
    public static TenantCatalog of(long revision, ApiKey.Presented key, long expiresAtMs) {
        KeyEntry entry = new KeyEntry(key.id(), "acme", key.hash(), true, expiresAtMs);
        return new TenantCatalog(revision, Map.of("acme", tenant("acme")), Set.of("frozen"), Map.of(key.id(), entry));
    }
}
