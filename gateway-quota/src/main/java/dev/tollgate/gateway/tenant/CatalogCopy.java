package dev.tollgate.gateway.tenant;

/// What a gateway needs to know its tenants without the database.
///
/// @param ledgerOffsetMs how far the ledger's clock was ahead of this machine's wall clock
public record CatalogCopy(TenantCatalog catalog, StorageState storage, long ledgerOffsetMs) {}
