package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// A ledger whose clock the test sets, seen by several gateways.
public interface ClockedLedger extends AutoCloseable {

    void setClock(Instant now);

    /// Registers a tenant, or changes its limits as of now.
    void setLimits(String tenantId, ZoneId zone, Limits limits);

    /// Changes how many database queries a registered tenant may make in an hour.
    void setDbQueriesPerHour(String tenantId, long limit);

    /// Sets a route policy for a registered tenant, or with the empty name for all that have none of their own; null
    /// removes it.
    void setRoutePolicy(String tenantId, String policy, @Nullable Limits limits);

    /// The ledger as a gateway process of that name calls it.
    QuotaLedger as(String gateway);

    /// The same ledger's other side.
    UsageLedger usageAs(String gateway);

    @Override
    void close();
}
