package dev.tollgate.schema.access.key;

/// What a member of staff may do.
public enum Role {
    /// Starts billing runs, reads and settles invoices.
    FINANCE,
    /// Manages tenants, keys and limits.
    OPERATOR,
    /// Reads everything, changes nothing.
    AUDITOR
}
