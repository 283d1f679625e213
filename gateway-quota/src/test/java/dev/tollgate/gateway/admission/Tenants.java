package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.Tenant;
import java.time.ZoneOffset;
import java.util.Set;

/// Tenants for tests.
public final class Tenants {

    private Tenants() {}

    public static QuotaPolicy policy(Limits limits, Enforcement enforcement) {
        return new QuotaPolicy(
                limits.minute(),
                limits.hour(),
                limits.day(),
                limits.month(),
                enforcement,
                LedgerFallback.CLOSED,
                LedgerFallback.CLOSED);
    }

    public static Tenant tenant(String tenantId, Limits limits) {
        return new Tenant(tenantId, ZoneOffset.UTC, policy(limits, Enforcement.ENFORCE), Set.of());
    }

    public static Tenant watched(String tenantId, Limits limits) {
        return new Tenant(tenantId, ZoneOffset.UTC, policy(limits, Enforcement.SHADOW), Set.of());
    }
}
