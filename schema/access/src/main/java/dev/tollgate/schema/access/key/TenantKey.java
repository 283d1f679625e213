package dev.tollgate.schema.access.key;

import java.util.Set;

/// A tenant who has shown a valid key.
///
/// @param keyId the key's public part, for logs and the audit log
public record TenantKey(String keyId, String tenantId, Set<Scope> scopes) {

    public TenantKey {
        scopes = Set.copyOf(scopes);
    }

    public boolean has(Scope scope) {
        return scopes.contains(scope);
    }
}
