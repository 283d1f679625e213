package dev.tollgate.gateway.tenant;

/// Keeps a copy of the catalog for a start without the database. Safe for use by several threads; never waits.
public interface CatalogKeeper {

    /// Takes note of what the database said just now; what was offered before and is not kept yet is forgotten.
    void offer(TenantCatalog catalog, StorageState storage);
}
