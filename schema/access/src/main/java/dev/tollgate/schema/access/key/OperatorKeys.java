package dev.tollgate.schema.access.key;

import java.util.Optional;

/// Knows whom a staff key belongs to.
public interface OperatorKeys {

    /// The owner of a key; empty when it is malformed, unknown, wrong, expired or revoked, without saying
    /// which. Throws `KeysUnavailableException` when nobody can tell.
    Optional<Operator> find(String presentedKey);
}
