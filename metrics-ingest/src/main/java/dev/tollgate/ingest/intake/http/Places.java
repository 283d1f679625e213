package dev.tollgate.ingest.intake.http;

import java.util.HashMap;
import java.util.Map;

/// Requests at work, bounded in all and for each tenant, so that one tenant cannot keep the others out.
///
/// Lock rule: everything is guarded by the object. It remembers tenants only while they are at work.
final class Places {

    enum Entry {
        ENTERED,
        TENANT_FULL,
        INSTANCE_FULL
    }

    private final int max;
    private final int perTenantMax;
    private final Map<String, Integer> takenByTenant = new HashMap<>();
    private int taken;

    Places(int max, int perTenantMax) {
        this.max = max;
        this.perTenantMax = perTenantMax;
    }

    /// Takes a place if there is one; who has entered must `leave`.
    synchronized Entry enter(String tenantId) {
        int own = takenByTenant.getOrDefault(tenantId, 0);
        if (own >= perTenantMax) {
            return Entry.TENANT_FULL;
        }
        if (taken >= max) {
            return Entry.INSTANCE_FULL;
        }
        takenByTenant.put(tenantId, own + 1);
        taken++;
        return Entry.ENTERED;
    }

    synchronized void leave(String tenantId) {
        takenByTenant.computeIfPresent(tenantId, (tenant, own) -> own == 1 ? null : own - 1);
        taken--;
    }
}
