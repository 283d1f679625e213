package dev.tollgate.gateway.admission;

/// What a page needs of the gate that it belongs to. Safe for use by several threads.
interface PageHost {

    /// Takes the page into the next exchange. Returns at once.
    void exchange(TenantLeases page);

    /// Takes the page into an exchange at that moment. Called by the exchanger's thread only.
    void alarm(TenantLeases page, long atNanos);

    /// Gateways that lived when the ledger last said so, this one included; at least 1.
    int gateways();

    /// Milliseconds since the epoch by the ledger's clock.
    long epochMs();

    /// Keeps the list of reserves that outlives this process.
    ReserveKeeper reserves();
}
