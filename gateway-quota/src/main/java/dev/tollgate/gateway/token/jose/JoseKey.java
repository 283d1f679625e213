package dev.tollgate.gateway.token.jose;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.tollgate.gateway.token.IssuerKey;
import dev.tollgate.gateway.token.TokenAlgorithm;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A published key with what verifies its signatures. Equal when all of the published key is.
final class JoseKey implements IssuerKey {

    /// Shorter ones can be broken; longer ones would make each attempt dear.
    static final int RSA_BITS_MIN = 2_048;

    static final int RSA_BITS_MAX = 8_192;

    private static final Set<TokenAlgorithm> RSA = EnumSet.of(
            TokenAlgorithm.RS256,
            TokenAlgorithm.RS384,
            TokenAlgorithm.RS512,
            TokenAlgorithm.PS256,
            TokenAlgorithm.PS384,
            TokenAlgorithm.PS512);
    private static final Set<TokenAlgorithm> ED25519 = EnumSet.of(TokenAlgorithm.EDDSA, TokenAlgorithm.ED25519);
    private static final Map<Curve, TokenAlgorithm> OF_CURVE = Map.of(
            Curve.P_256, TokenAlgorithm.ES256, Curve.P_384, TokenAlgorithm.ES384, Curve.P_521, TokenAlgorithm.ES512);
    private static final Map<TokenAlgorithm, JWSHeader> HEADERS = headers();

    private final JWK published;
    private final Set<TokenAlgorithm> algorithms;
    private final JWSVerifier verifier;

    private JoseKey(JWK published, Set<TokenAlgorithm> algorithms, JWSVerifier verifier) {
        this.published = published;
        this.algorithms = algorithms;
        this.verifier = verifier;
    }

    private static Map<TokenAlgorithm, JWSHeader> headers() {
        Map<TokenAlgorithm, JWSHeader> headers = new EnumMap<>(TokenAlgorithm.class);
        for (TokenAlgorithm each : TokenAlgorithm.values()) {
            headers.put(each, new JWSHeader(JWSAlgorithm.parse(each.wireName())));
        }
        return headers;
    }

    /// Empty for a key that cannot verify tokens: of another kind, for another use, too short.
    static Optional<JoseKey> of(JWK key) throws JOSEException {
        JWK published = key.toPublicJWK();
        boolean signs = published != null
                && (published.getKeyUse() == null || KeyUse.SIGNATURE.equals(published.getKeyUse()))
                && (published.getKeyOperations() == null
                        || published.getKeyOperations().contains(KeyOperation.VERIFY));
        if (!signs) {
            return Optional.empty();
        }
        return switch (published) {
            case RSAKey rsa
            when rsa.size() >= RSA_BITS_MIN && rsa.size() <= RSA_BITS_MAX -> of(rsa, RSA, new RSASSAVerifier(rsa));
            case ECKey ec
            when OF_CURVE.containsKey(ec.getCurve()) ->
                of(ec, EnumSet.of(OF_CURVE.get(ec.getCurve())), new ECDSAVerifier(ec));
            case OctetKeyPair pair
            when Curve.Ed25519.equals(pair.getCurve()) -> of(pair, ED25519, new Ed25519Verifier(pair));
            default -> Optional.empty();
        };
    }

    /// A key that names its algorithm is good for no other.
    private static Optional<JoseKey> of(JWK published, Set<TokenAlgorithm> possible, JWSVerifier verifier) {
        Algorithm named = published.getAlgorithm();
        if (named == null) {
            return Optional.of(new JoseKey(published, possible, verifier));
        }
        boolean isEdwards = possible.equals(ED25519);
        return TokenAlgorithm.of(named.getName())
                .filter(possible::contains)
                .map(only -> new JoseKey(published, isEdwards ? ED25519 : EnumSet.of(only), verifier));
    }

    @Override
    public @Nullable String keyId() {
        return published.getKeyID();
    }

    @Override
    public boolean fits(TokenAlgorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    @Override
    public boolean verifies(TokenAlgorithm algorithm, byte[] signed, byte[] signature) {
        JWSHeader header = HEADERS.get(algorithm);
        if (header == null || !fits(algorithm)) {
            return false;
        }
        try {
            return verifier.verify(header, signed, Base64URL.encode(signature));
        } catch (JOSEException notASignature) {
            return false;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JoseKey that && published.equals(that.published);
    }

    @Override
    public int hashCode() {
        return published.hashCode();
    }

    @Override
    public String toString() {
        return "JoseKey[" + published.getKeyID() + " " + published.getKeyType() + "]";
    }
}
