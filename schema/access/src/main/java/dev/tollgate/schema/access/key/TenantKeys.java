package dev.tollgate.schema.access.key;

import java.util.Optional;

/// Knows which tenant a key belongs to, for services that are asked seldom enough to look each key up. The
/// gateway keeps the keys in memory instead.
public interface TenantKeys {

    /// The owner of a key; empty when it is malformed, unknown, wrong, expired or revoked, without saying
    /// which. A suspended or departed tenant keeps its keys here: it may read what it used and owes. Throws
    /// `KeysUnavailableException` when nobody can tell.
    Optional<TenantKey> find(String presentedKey);
}
