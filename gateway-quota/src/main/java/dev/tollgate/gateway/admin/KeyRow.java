package dev.tollgate.gateway.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key of a tenant, without anything of its secret.
///
/// @param state `live`, `expired` or `revoked`
public record KeyRow(
        String keyId,
        String state,
        List<String> scopes,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    public KeyRow {
        scopes = List.copyOf(scopes);
    }
}
