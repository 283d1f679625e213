package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.Tenant;
import java.time.ZoneOffset;
import java.util.Map;
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
        return withPolicy(tenantId, policy(limits, Enforcement.ENFORCE));
    }

    public static Tenant watched(String tenantId, Limits limits) {
        return withPolicy(tenantId, policy(limits, Enforcement.SHADOW));
    }

    /// With these fallbacks for minute and hour, and for day and month.
    public static QuotaPolicy policy(Limits limits, LedgerFallback sliding, LedgerFallback calendar) {
        return new QuotaPolicy(
                limits.minute(), limits.hour(), limits.day(), limits.month(), Enforcement.ENFORCE, sliding, calendar);
    }

    public static Tenant withPolicy(String tenantId, QuotaPolicy policy) {
        return new Tenant(tenantId, ZoneOffset.UTC, policy, Map.of(), 1_000_000, 1_000_000, Set.of());
    }

    public static Tenant withRoutePolicy(Tenant tenant, String routePolicy, QuotaPolicy policy) {
        return new Tenant(
                tenant.tenantId(),
                tenant.timeZone(),
                tenant.policy(),
                Map.of(routePolicy, policy),
                tenant.dbQueriesPerHour(),
                tenant.dbStorageMb(),
                tenant.features());
    }

    public static Tenant withDbQueries(Tenant tenant, long perHour) {
        return new Tenant(
                tenant.tenantId(),
                tenant.timeZone(),
                tenant.policy(),
                tenant.routePolicies(),
                perHour,
                tenant.dbStorageMb(),
                tenant.features());
    }
}
