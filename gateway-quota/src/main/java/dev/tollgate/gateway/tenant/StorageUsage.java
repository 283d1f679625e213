package dev.tollgate.gateway.tenant;

/// Which tenants have used up the storage of their plan, as last counted. Safe for use by several threads.
public interface StorageUsage {

    /// What [#storedBytes] answers for a tenant within its limit.
    long WITHIN_LIMIT = -1;

    /// Bytes stored by a tenant that has reached its `db_storage_mb`; [#WITHIN_LIMIT] for all others.
    long storedBytes(Tenant tenant);
}
