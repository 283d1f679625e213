package dev.tollgate.gateway.token;

import java.util.Optional;
import java.util.Set;

/// The signature algorithms that a token may have (RFC 7518, RFC 8037, RFC 9864). There is none with a shared secret,
/// and no `none`: whoever verifies must not be able to sign.
public enum TokenAlgorithm {
    RS256("RS256"),
    RS384("RS384"),
    RS512("RS512"),
    PS256("PS256"),
    PS384("PS384"),
    PS512("PS512"),
    ES256("ES256"),
    ES384("ES384"),
    ES512("ES512"),
    /// With curve Ed25519, by the name that RFC 8037 gave it.
    EDDSA("EdDSA"),
    /// The same by the name that RFC 9864 gives it.
    ED25519("Ed25519");

    public static final Set<TokenAlgorithm> USUAL = Set.of(RS256, PS256, ES256, EDDSA, ED25519);

    private final String wireName;

    TokenAlgorithm(String wireName) {
        this.wireName = wireName;
    }

    /// As `alg` names it; upper and lower case differ.
    public String wireName() {
        return wireName;
    }

    public static Optional<TokenAlgorithm> of(String wireName) {
        for (TokenAlgorithm each : values()) {
            if (each.wireName.equals(wireName)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
