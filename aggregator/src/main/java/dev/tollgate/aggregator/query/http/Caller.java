package dev.tollgate.aggregator.query.http;

import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import dev.tollgate.schema.access.web.TenantAccess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who asks, and so whose usage it is: a tenant's key sees its own tenant, staff name one.
public final class Caller {

    private final TenantAccess tenants;
    private final OperatorAccess staff;

    public Caller(TenantAccess tenants, OperatorAccess staff) {
        this.tenants = tenants;
        this.staff = staff;
    }

    /// The tenant to read.
    String tenant(@Nullable String authorization, @Nullable String named) {
        Optional<TenantKey> key = tenantKey(authorization);
        Optional<String> tenant = Parameters.optionalTenant(named);
        if (key.isEmpty()) {
            return tenant.orElseThrow(() -> ProblemException.field("tenant", "must name a tenant"));
        }
        String own = key.get().tenantId();
        if (tenant.isPresent() && !tenant.get().equals(own)) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN, "a key of " + own + " cannot read the usage of " + tenant.get());
        }
        return own;
    }

    /// Empty for a member of staff.
    private Optional<TenantKey> tenantKey(@Nullable String authorization) {
        try {
            return Optional.of(tenants.require(authorization, Scope.USAGE_READ));
        } catch (ProblemException refused) {
            if (refused.problem().status() != ProblemType.UNAUTHENTICATED.status()) {
                throw refused;
            }
        }
        staff.require(authorization, Role.FINANCE, Role.OPERATOR, Role.AUDITOR);
        return Optional.empty();
    }
}
