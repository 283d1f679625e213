package dev.tollgate.schema.access.key;

import java.util.Set;

/// A member of staff who has shown a valid key; `name` is what the audit log records.
public record Operator(String name, Set<Role> roles) {

    public Operator {
        roles = Set.copyOf(roles);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }
}
