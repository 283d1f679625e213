package dev.tollgate.gateway.admission;

import java.util.List;

/// One tenant's part of an exchange with the ledger.
///
/// @param policy the route policy whose row is meant; empty for the tenant's own limits
/// @param leaseNumber names the lease within this process; asking again with the same number gets the same lease
/// @param need the smallest grant that is of use; fewer tokens are not granted at all
/// @param want tokens asked for, at least `need`; 0 only settles
/// @param lifeMs how long the lease shall live, at most [QuotaLedger#LEASE_LIFE_MS_MAX]
/// @param settlements finished leases of this tenant, at most [QuotaLedger#SETTLEMENTS_MAX]
public record LeaseWant(
        String tenantId,
        String policy,
        long leaseNumber,
        long need,
        long want,
        int lifeMs,
        List<LeaseSettlement> settlements) {

    public LeaseWant {
        settlements = List.copyOf(settlements);
        if (settlements.size() > QuotaLedger.SETTLEMENTS_MAX) {
            throw new IllegalArgumentException(
                    "tenant " + tenantId + " settles " + settlements.size() + " leases in one exchange");
        }
    }
}
