package dev.tollgate.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Signs tokens and renders key sets, also wrong ones.
public final class TestIssuer {

    public static final String NAME = "https://issuer.example/";
    public static final String AUDIENCE = "https://api.example";
    public static final long NOW_MS = 1_795_000_000_000L;
    public static final TokenRules RULES = new TokenRules(
            NAME,
            Set.of(AUDIENCE, "other"),
            Set.of(TokenAlgorithm.RS256, TokenAlgorithm.PS256, TokenAlgorithm.ES256, TokenAlgorithm.EDDSA),
            "tenant_id",
            "sub",
            Duration.ofSeconds(30));

    private TestIssuer() {}

    /// A key pair by its published name.
    public sealed interface Key {

        JWK published();

        byte[] sign(String algorithm, byte[] signed) throws GeneralSecurityException, JOSEException;

        default String keyId() {
            return published().getKeyID();
        }
    }

    record Rsa(RSAKey key) implements Key {
        @Override
        public JWK published() {
            return key.toPublicJWK();
        }

        @Override
        public byte[] sign(String algorithm, byte[] signed) throws JOSEException {
            return new RSASSASigner(key)
                    .sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), signed)
                    .decode();
        }
    }

    record Ec(ECKey key) implements Key {
        @Override
        public JWK published() {
            return key.toPublicJWK();
        }

        @Override
        public byte[] sign(String algorithm, byte[] signed) throws JOSEException {
            return new ECDSASigner(key)
                    .sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), signed)
                    .decode();
        }
    }

    record Edwards(KeyPair pair, OctetKeyPair published) implements Key {
        @Override
        public byte[] sign(String algorithm, byte[] signed) throws GeneralSecurityException {
            Signature signing = Signature.getInstance("Ed25519");
            signing.initSign(pair.getPrivate());
            signing.update(signed);
            return signing.sign();
        }
    }

    public static Key rsa(String keyId) {
        try {
            return new Rsa(new RSAKeyGenerator(2_048).keyID(keyId).generate());
        } catch (JOSEException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public static Key ec(String keyId) {
        try {
            return new Ec(new ECKeyGenerator(Curve.P_256).keyID(keyId).generate());
        } catch (JOSEException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public static Key ed25519(String keyId) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            return new Edwards(
                    pair,
                    new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
                            .keyID(keyId)
                            .build());
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// The key set in which these keys are published.
    public static String keySet(Key... keys) {
        return Stream.of(keys)
                .map(key -> key.published().toJSONString())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    /// Claims of a good token at [#NOW_MS].
    public static Map<String, Object> claims() {
        return claims(NOW_MS);
    }

    public static Map<String, Object> claims(long nowMs) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", NAME);
        claims.put("aud", List.of("somebody", AUDIENCE));
        claims.put("iat", nowMs / 1_000 - 10);
        claims.put("exp", nowMs / 1_000 + 300);
        claims.put("tenant_id", "acme");
        claims.put("sub", "zoë|7");
        return claims;
    }

    public static Map<String, Object> header(Key key, String algorithm) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm);
        header.put("kid", key.keyId());
        header.put("typ", "at+jwt");
        return header;
    }

    public static String token(Key key, String algorithm, Map<String, Object> claims) {
        return token(key, header(key, algorithm), JSONObjectUtils.toJSONString(claims));
    }

    /// Signs by the `alg` of the header.
    public static String token(Key key, Map<String, Object> header, String payload) {
        String signed = encode(JSONObjectUtils.toJSONString(header)) + "." + encode(payload);
        try {
            byte[] signature = key.sign(String.valueOf(header.get("alg")), signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64URL.encode(signature);
        } catch (GeneralSecurityException | JOSEException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public static String encode(String text) {
        return Base64URL.encode(text).toString();
    }
}
