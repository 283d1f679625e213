package dev.tollgate.gateway.admission;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/// The pages of all tenants that were busy lately, by tenant id. Bounded by the number of known tenants; idle pages
/// are dropped. Safe for use by several threads.
final class LeaseBook {

    private final ConcurrentMap<String, TenantLeases> pages = new ConcurrentHashMap<>();

    /// The tenant's page, opened when there is none.
    ///
    /// @param exchanges see [TenantLeases]
    TenantLeases page(String tenantId, Consumer<TenantLeases> exchanges, long nowNanos) {
        TenantLeases page = pages.get(tenantId);
        if (page != null && !page.isRetired()) {
            return page;
        }
        return pages.compute(
                tenantId,
                (id, found) -> found != null && !found.isRetired() ? found : new TenantLeases(id, exchanges, nowNanos));
    }

    /// Drops pages on which nothing stands and nothing happened for [TenantLeases#IDLE_NANOS].
    void dropIdle(long nowNanos) {
        pages.values().removeIf(page -> page.retire(nowNanos));
    }

    /// Ends all leases, so that their unused tokens return with the next exchange.
    void finishAll() {
        pages.values().forEach(TenantLeases::finishAll);
    }

    boolean hasUnsettled() {
        return pages.values().stream().anyMatch(TenantLeases::hasUnsettled);
    }

    int size() {
        return pages.size();
    }
}
