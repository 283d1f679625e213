package dev.tollgate.gateway.tenant;

import java.util.Map;

/// Stored bytes of the tenants that had reached their storage limit when this was read. Immutable.
public record StorageState(Map<String, Long> bytesByTenant) implements StorageUsage {

    public static final StorageState EMPTY = new StorageState(Map.of());

    /// Bytes of a megabyte, as billing counts them.
    public static final long MB_BYTES = 1_000_000;

    public StorageState {
        bytesByTenant = Map.copyOf(bytesByTenant);
    }

    /// Judged by the limit that the tenant has now: a raised one frees it at once.
    @Override
    public long storedBytes(Tenant tenant) {
        Long bytes = bytesByTenant.get(tenant.tenantId());
        return bytes != null && bytes / MB_BYTES >= tenant.dbStorageMb() ? bytes : WITHIN_LIMIT;
    }
}
