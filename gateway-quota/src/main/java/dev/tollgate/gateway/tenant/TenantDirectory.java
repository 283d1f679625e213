package dev.tollgate.gateway.tenant;

/// Finds the tenant of a presented API key in memory, without waiting. Safe for use by several threads.
public interface TenantDirectory {

    /// Looks up the whole presented text (`tg_<id>_<secret>`): by id, then comparing the secret's hash in constant
    /// time. Revoked and expired keys are unknown.
    TenantLookup find(String presentedKey);

    /// The same directory for one thread, which then may remember which keys it has verified.
    default TenantDirectory forOneThread() {
        return this;
    }
}
