package dev.tollgate.schema.database;

import java.util.Locale;

/// The roles that log in: one for each service, one for tenants' own reads, one each for people of finance and
/// administration. `V1__roles.sql` makes them.
public enum LoginRole {
    GATEWAY,
    INGEST,
    AGGREGATOR,
    BILLING,
    CONSOLE,
    TENANT,
    FINANCE,
    ADMIN;

    /// The role's name in PostgreSQL.
    public String roleName() {
        return "tollgate_" + name().toLowerCase(Locale.ROOT);
    }

    /// Whether a role of PostgreSQL is one of these.
    static boolean isName(String name) {
        for (LoginRole role : values()) {
            if (role.roleName().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
