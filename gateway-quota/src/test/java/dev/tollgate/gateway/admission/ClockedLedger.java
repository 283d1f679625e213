package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;

/// A ledger whose clock the test sets, seen by several gateways.
public interface ClockedLedger extends AutoCloseable {

    void setClock(Instant now);

    /// Registers a tenant, or changes its limits as of now.
    void setLimits(String tenantId, ZoneId zone, Limits limits);

    /// The ledger as a gateway process of that name calls it.
    QuotaLedger as(String gateway);

    @Override
    void close();
}
