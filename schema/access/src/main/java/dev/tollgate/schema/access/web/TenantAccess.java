package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.key.TenantKeys;
import dev.tollgate.schema.access.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/// Lets tenants in by `Authorization: Bearer tg_…`. No valid key is a 401, a key without the scope a 403.
public final class TenantAccess {

    private final TenantKeys keys;

    public TenantAccess(TenantKeys keys) {
        this.keys = keys;
    }

    public TenantKey require(@Nullable String authorization, Scope scope) {
        TenantKey key = BearerToken.in(authorization)
                .flatMap(keys::find)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.UNAUTHENTICATED, "send a valid key of a tenant as a bearer token"));
        if (!key.has(scope)) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN,
                    "key " + key.keyId() + " of " + key.tenantId() + " lacks the scope " + scope.wireName());
        }
        return key;
    }
}
