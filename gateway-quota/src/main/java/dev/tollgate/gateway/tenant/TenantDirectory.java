package dev.tollgate.gateway.tenant;

/// Finds the tenant of a presented API key, or of an id, in memory, without waiting. Safe for use by several threads.
public interface TenantDirectory {

    /// Looks up the whole presented text (`tg_<id>_<secret>`): by id, then comparing the secret's hash in constant
    /// time. Revoked and expired keys are unknown.
    TenantLookup find(String presentedKey);

    /// The tenant of that id; a directory that knows nothing but keys finds none. `keyId` of the answer is empty.
    default TenantLookup findTenant(String tenantId) {
        return new TenantLookup.Unknown("tenants are found by their keys only");
    }

    /// The same directory for one thread, which then may remember which keys it has verified.
    default TenantDirectory forOneThread() {
        return this;
    }
}
