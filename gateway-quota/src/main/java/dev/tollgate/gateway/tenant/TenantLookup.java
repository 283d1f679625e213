package dev.tollgate.gateway.tenant;

/// What the directory answers for a presented key.
public sealed interface TenantLookup {

    /// The key is good and its tenant active; `keyId` is the key's public part,
    /// empty for a tenant found by its id.
    record Found(Tenant tenant, String keyId) implements TenantLookup {}

    /// There is no such key; `reason` tells an operator why and never holds the secret.
    record Unknown(String reason) implements TenantLookup {}

    /// The key is good, but its tenant is suspended or has departed.
    record Suspended(String tenantId) implements TenantLookup {}
}
