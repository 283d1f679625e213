package dev.tollgate.gateway.token;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys that an issuer has published. Immutable.
public final class IssuerKeys {

    /// A set with more keys is refused.
    public static final int KEYS_MAX = 64;

    /// Nothing is known of the issuer's keys; an issuer that published none is something else.
    public static final IssuerKeys UNKNOWN = new IssuerKeys(List.of());

    private final List<IssuerKey> keys;

    public IssuerKeys(List<? extends IssuerKey> keys) {
        this.keys = List.copyOf(keys);
    }

    public boolean isKnown() {
        return this != UNKNOWN;
    }

    public int size() {
        return keys.size();
    }

    /// The key that a token chose: the first of that name that fits the algorithm; without a name the only one that
    /// fits, so that no token makes the gateway try one key after the other.
    public Optional<IssuerKey> find(@Nullable String keyId, TokenAlgorithm algorithm) {
        IssuerKey found = null;
        for (IssuerKey key : keys) {
            if (!key.fits(algorithm)) {
                continue;
            }
            if (keyId == null) {
                if (found != null) {
                    return Optional.empty();
                }
                found = key;
            } else if (keyId.equals(key.keyId())) {
                return Optional.of(key);
            }
        }
        return Optional.ofNullable(found);
    }

    public boolean holds(IssuerKey key) {
        return keys.contains(key);
    }

    /// Whether both were published with the same keys.
    public boolean hasKeysOf(IssuerKeys other) {
        return isKnown() && other.isKnown() && Set.copyOf(keys).equals(Set.copyOf(other.keys));
    }
}
