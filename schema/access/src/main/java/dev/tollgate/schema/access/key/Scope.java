package dev.tollgate.schema.access.key;

import java.util.Arrays;
import java.util.Optional;

/// What a tenant's key may do.
public enum Scope {
    /// Calls the API behind the gateway.
    TRAFFIC("traffic"),
    /// Reads the tenant's usage and limits.
    USAGE_READ("usage:read"),
    /// Sends events of the tenant to the intake.
    EVENTS_WRITE("events:write"),
    /// Reads the tenant's invoices.
    INVOICES_READ("invoices:read");

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /// As it stands in `api_keys.scopes` and in the admin API.
    public String wireName() {
        return wireName;
    }

    public static Optional<Scope> of(String wireName) {
        return Arrays.stream(values())
                .filter(scope -> scope.wireName.equals(wireName))
                .findFirst();
    }
}
