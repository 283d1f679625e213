package dev.tollgate.gateway.tenant.file;

import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.Catalogs;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// A process that writes snapshots until it is killed; the n-th has revision n.
final class SnapshotWriterMain {

    static final int TENANTS = 2_000;

    private SnapshotWriterMain() {}

    public static void main(String[] folder) throws IOException {
        CatalogSnapshot snapshot = new CatalogSnapshot(Path.of(folder[0]));
        Map<String, Tenant> tenants = new HashMap<>();
        for (int i = 0; i < TENANTS; i++) {
            tenants.put("tenant-" + i, Catalogs.tenant("tenant-" + i));
        }
        for (long revision = 1; revision > 0; revision++) {
            TenantCatalog catalog = new TenantCatalog(revision, tenants, Set.of(), Map.of());
            snapshot.write(new CatalogCopy(catalog, StorageState.EMPTY, 0));
        }
    }
}
