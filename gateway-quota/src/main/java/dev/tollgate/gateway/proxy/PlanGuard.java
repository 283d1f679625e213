package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.violation.ViolationLog;
import java.util.Optional;
import java.util.Set;

/// Refuses what a tenant's plan does not allow, before anything is set aside for the request. Safe for all threads.
final class PlanGuard {

    /// What adds to a tenant's stored data; DELETE frees some.
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH");

    private final StorageUsage storage;
    private final ViolationLog violations;

    PlanGuard(StorageUsage storage, ViolationLog violations) {
        this.storage = storage;
        this.violations = violations;
    }

    /// The answer to a request that may not pass; a write beyond the storage limit is counted as a violation, and
    /// passes when the tenant's quotas are only watched.
    Optional<ProblemResponse> refusal(Tenant tenant, Route route, String method, String path) {
        if (!route.feature().isEmpty() && !tenant.features().contains(route.feature())) {
            return Optional.of(ProblemResponse.featureMissing(route.feature()));
        }
        if (!WRITES.contains(method)) {
            return Optional.empty();
        }
        long known = storage.storedBytes(tenant);
        if (known == StorageUsage.WITHIN_LIMIT && tenant.dbStorageMb() > 0) {
            return Optional.empty();
        }
        long storedBytes = Math.max(0, known);
        violations.record(
                tenant.tenantId(),
                ProblemResponse.STORAGE_QUOTA,
                tenant.dbStorageMb(),
                Math.ceilDiv(storedBytes, StorageState.MB_BYTES),
                route.name(),
                path);
        return tenant.policy().enforcement() == Enforcement.SHADOW
                ? Optional.empty()
                : Optional.of(ProblemResponse.storageFull(tenant.dbStorageMb(), storedBytes));
    }
}
