package dev.tollgate.gateway.admission;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pages of all rows that were busy lately: a tenant's own by its id, those of route policies by both names.
/// Bounded by the number of known tenants and policies; idle pages are dropped. Safe for use by several threads.
final class LeaseBook {

    /// A tenant on the routes of one policy.
    private record RouteRow(String tenantId, String policy) {}

    private final ConcurrentMap<String, TenantLeases> pages = new ConcurrentHashMap<>();
    private final ConcurrentMap<RouteRow, TenantLeases> routePages = new ConcurrentHashMap<>();

    /// The page of the tenant's own limits, opened when there is none.
    TenantLeases page(String tenantId, PageHost host, long nowNanos) {
        TenantLeases page = pages.get(tenantId);
        return page != null && !page.isRetired() ? page : opened(pages, tenantId, tenantId, "", host, nowNanos);
    }

    /// The page of the tenant's limits under a route policy, opened when there is none.
    TenantLeases page(String tenantId, String routePolicy, PageHost host, long nowNanos) {
        if (routePolicy.isEmpty()) {
            return page(tenantId, host, nowNanos);
        }
        return opened(routePages, new RouteRow(tenantId, routePolicy), tenantId, routePolicy, host, nowNanos);
    }

    private static <K> TenantLeases opened(
            ConcurrentMap<K, TenantLeases> rows,
            K row,
            String tenantId,
            String routePolicy,
            PageHost host,
            long nowNanos) {
        TenantLeases page = rows.get(row);
        if (page != null && !page.isRetired()) {
            return page;
        }
        return rows.compute(
                row,
                (key, found) -> found != null && !found.isRetired()
                        ? found
                        : new TenantLeases(tenantId, routePolicy, host, nowNanos));
    }

    /// Drops pages on which nothing stands and nothing happened for [TenantLeases#IDLE_NANOS].
    void dropIdle(long nowNanos) {
        pages.values().removeIf(page -> page.retire(nowNanos));
        routePages.values().removeIf(page -> page.retire(nowNanos));
    }

    /// Ends all leases, so that their unused tokens return with the next exchange.
    void finishAll() {
        pages.values().forEach(TenantLeases::finishAll);
        routePages.values().forEach(TenantLeases::finishAll);
    }

    /// Lets all reserves return.
    void returnReserves() {
        accounts().forEach(RowAccount::returnReserve);
    }

    /// Whether the ledger has still to be told something.
    boolean owes() {
        return pages.values().stream().anyMatch(TenantLeases::owes)
                || routePages.values().stream().anyMatch(TenantLeases::owes);
    }

    /// What the next process must know when this one ends without the ledger.
    List<ReserveStore.Row> left() {
        Stream<ReserveStore.@Nullable Row> ofRows = accounts().map(RowAccount::left);
        Stream<ReserveStore.@Nullable Row> ofQueries = pages.values().stream()
                .map(TenantLeases::dbQueries)
                .filter(Objects::nonNull)
                .map(DbQueryQuota::left);
        return Stream.concat(ofRows, ofQueries).filter(Objects::nonNull).toList();
    }

    private Stream<RowAccount> accounts() {
        return Stream.concat(pages.values().stream(), routePages.values().stream())
                .map(TenantLeases::accountIfAny)
                .filter(Objects::nonNull);
    }

    /// Rows with a page.
    int size() {
        return pages.size() + routePages.size();
    }
}
