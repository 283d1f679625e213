package dev.tollgate.gateway.admission;

/// The fake keeps to the contract.
final class InMemoryQuotaLedgerTest extends UsageLedgerContract {

    @Override
    protected ClockedLedger open() {
        return new InMemoryQuotaLedger();
    }
}
