package dev.tollgate.gateway.token;

import org.jspecify.annotations.Nullable;

/// A public key of the issuer. Two are equal when everything that was published of them is. Safe for all threads.
public interface IssuerKey {

    /// The name by which tokens choose it (`kid`); null for a key without one.
    @Nullable
    String keyId();

    /// Whether the issuer may have signed with this key by this algorithm.
    boolean fits(TokenAlgorithm algorithm);

    /// Whether the signature is this key's over these bytes; for an algorithm that fits.
    boolean verifies(TokenAlgorithm algorithm, byte[] signed, byte[] signature);
}
