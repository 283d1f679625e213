package dev.tollgate.gateway.tenant;

import java.util.Arrays;

/// A key as it is stored.
///
/// @param hash SHA-256 of the secret
/// @param traffic whether the key may send traffic
/// @param expiresAtMs epoch milliseconds; [Long#MAX_VALUE] without an end
public record KeyEntry(String keyId, String tenantId, byte[] hash, boolean traffic, long expiresAtMs) {

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyEntry that
                && keyId.equals(that.keyId)
                && tenantId.equals(that.tenantId)
                && Arrays.equals(hash, that.hash)
                && traffic == that.traffic
                && expiresAtMs == that.expiresAtMs;
    }

    @Override
    public int hashCode() {
        return keyId.hashCode();
    }

    /// Without the hash.
    @Override
    public String toString() {
        return "KeyEntry[" + keyId + " of " + tenantId + "]";
    }
}
