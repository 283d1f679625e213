package dev.tollgate.gateway.token.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.HMAC;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.tollgate.gateway.token.IssuerKeys;
import dev.tollgate.gateway.token.TestIssuer;
import dev.tollgate.gateway.token.TestIssuer.Key;
import dev.tollgate.gateway.token.TokenAlgorithm;
import dev.tollgate.gateway.token.TokenFault;
import dev.tollgate.gateway.token.TokenVerdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoseTokenVerifierTest {

    private static final Key RSA = TestIssuer.rsa("rsa-1");
    private static final Key STRANGER = TestIssuer.rsa("rsa-1");
    private static final Key EC = TestIssuer.ec("ec-1");
    private static final Key EDWARDS = TestIssuer.ed25519("ed-1");

    private final JoseTokenVerifier verifier = new JoseTokenVerifier(TestIssuer.RULES);
    private final IssuerKeys keys = read(TestIssuer.keySet(RSA, EC, EDWARDS));

    private static IssuerKeys read(String document) {
        try {
            return new JwkSet().read(document.getBytes(StandardCharsets.UTF_8));
        } catch (IOException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private TokenVerdict verify(String token) {
        return verifier.verify(token, keys, TestIssuer.NOW_MS);
    }

    private void assertRefused(String token, TokenFault fault) {
        assertThat(verify(token))
                .isInstanceOfSatisfying(
                        TokenVerdict.Refused.class,
                        refused ->
                                assertThat(refused.fault()).as(refused.detail()).isEqualTo(fault));
    }

    private static String withClaim(String name, @Nullable Object value) {
        Map<String, Object> claims = TestIssuer.claims();
        if (value == null) {
            claims.remove(name);
        } else {
            claims.put(name, value);
        }
        return TestIssuer.token(EC, "ES256", claims);
    }

    private static String withHeader(String name, Object value) {
        Map<String, Object> header = TestIssuer.header(EC, "ES256");
        header.put(name, value);
        return TestIssuer.token(EC, header, JSONObjectUtils.toJSONString(TestIssuer.claims()));
    }

    @Test
    void aGoodTokenOfEachKindNamesTenantUserAndItsEnd() {
        Map<String, Key> signers = Map.of("RS256", RSA, "PS256", RSA, "ES256", EC, "EdDSA", EDWARDS);
        signers.forEach((algorithm, key) -> assertThat(verify(TestIssuer.token(key, algorithm, TestIssuer.claims())))
                .as(algorithm)
                .isEqualTo(new TokenVerdict.Verified(
                        "acme",
                        "zoë|7",
                        TestIssuer.NOW_MS + 330_000,
                        keys.find(key.keyId(), TokenAlgorithm.of(algorithm).orElseThrow())
                                .orElseThrow())));
    }

    @Test
    void aTokenHoldsFromItsBeginningToItsEndAndTheSkewAtBothSides() {
        long now = TestIssuer.NOW_MS / 1_000;
        assertRefused(withClaim("exp", now - 30), TokenFault.EXPIRED);
        assertThat(verify(withClaim("exp", now - 29))).isInstanceOf(TokenVerdict.Verified.class);
        assertRefused(withClaim("exp", now - 30.5), TokenFault.EXPIRED);
        assertRefused(withClaim("nbf", now + 31), TokenFault.NOT_YET_VALID);
        assertThat(verify(withClaim("nbf", now + 30))).isInstanceOf(TokenVerdict.Verified.class);
        assertRefused(withClaim("iat", now + 31), TokenFault.NOT_YET_VALID);
        assertThat(verify(withClaim("iat", null))).isInstanceOf(TokenVerdict.Verified.class);
        assertRefused(withClaim("exp", null), TokenFault.CLAIMS);
        assertRefused(withClaim("exp", "" + (now + 300)), TokenFault.CLAIMS);
        assertRefused(withClaim("exp", Long.MAX_VALUE), TokenFault.CLAIMS);
        assertRefused(withClaim("nbf", -1), TokenFault.CLAIMS);
    }

    @Test
    void issuerAndAudienceArePinned() {
        assertRefused(withClaim("iss", "https://issuer.example"), TokenFault.ISSUER);
        assertRefused(withClaim("iss", null), TokenFault.ISSUER);
        assertRefused(withClaim("aud", "https://api.example/"), TokenFault.AUDIENCE);
        assertRefused(withClaim("aud", null), TokenFault.AUDIENCE);
        assertRefused(withClaim("aud", List.of(List.of(TestIssuer.AUDIENCE))), TokenFault.AUDIENCE);
        List<@Nullable Object> withNull = new ArrayList<>();
        withNull.add(null);
        assertRefused(withClaim("aud", withNull), TokenFault.AUDIENCE);
        assertThat(verify(withClaim("aud", "other"))).isInstanceOf(TokenVerdict.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "HS384", "ES256K", "RS384", "rs256", "A128KW", ""})
    void onlyTheConfiguredAlgorithmsAreAccepted(String algorithm) {
        Map<String, Object> header = TestIssuer.header(RSA, algorithm);
        String unsigned = TestIssuer.encode(JSONObjectUtils.toJSONString(header)) + "."
                + TestIssuer.encode(JSONObjectUtils.toJSONString(TestIssuer.claims())) + ".";
        assertRefused(unsigned + "AAAA", TokenFault.ALGORITHM);
        assertRefused(unsigned, TokenFault.MALFORMED);
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws JOSEException {
        byte[] published = RSA.published().toJSONString().getBytes(StandardCharsets.UTF_8);
        byte[] encoded = encodedRsa();
        for (byte[] secret : List.of(published, encoded)) {
            String signed = TestIssuer.encode("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}") + "."
                    + TestIssuer.encode(JSONObjectUtils.toJSONString(TestIssuer.claims()));
            byte[] mac = HMAC.compute(
                    "HmacSHA256",
                    new SecretKeySpec(secret, "HmacSHA256"),
                    signed.getBytes(StandardCharsets.US_ASCII),
                    null);
            assertRefused(signed + "." + Base64URL.encode(mac), TokenFault.ALGORITHM);
        }
        String octets = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"rsa-1\",\"alg\":\"HS256\",\"k\":\"AAAA\"}]}";
        assertThat(read(octets).size()).isZero();
    }

    private static byte[] encodedRsa() throws JOSEException {
        return RSA.published().toRSAKey().toRSAPublicKey().getEncoded();
    }

    @Test
    void anotherAlgorithmThanTheKeysIsAnUnknownKey() {
        Map<String, Object> header = TestIssuer.header(RSA, "ES256");
        String token = TestIssuer.token(EC, header, JSONObjectUtils.toJSONString(TestIssuer.claims()));
        assertRefused(token, TokenFault.UNKNOWN_KEY);
        IssuerKeys named = read(TestIssuer.keySet(RSA).replace("{\"kty\"", "{\"alg\":\"PS256\",\"kty\""));
        assertThat(verifier.verify(TestIssuer.token(RSA, "RS256", TestIssuer.claims()), named, TestIssuer.NOW_MS))
                .isInstanceOf(TokenVerdict.Refused.class);
        assertThat(verifier.verify(TestIssuer.token(RSA, "PS256", TestIssuer.claims()), named, TestIssuer.NOW_MS))
                .isInstanceOf(TokenVerdict.Verified.class);
    }

    @ParameterizedTest
    @CsvSource({"RS256", "PS256", "ES256", "EdDSA"})
    void whatWasTamperedWithIsRefused(String algorithm) {
        Key key = algorithm.equals("ES256") ? EC : algorithm.equals("EdDSA") ? EDWARDS : RSA;
        String token = TestIssuer.token(key, algorithm, TestIssuer.claims());
        String[] parts = token.split("\\.", -1);
        Map<String, Object> richer = TestIssuer.claims();
        richer.put("tenant_id", "globex");
        String payload = TestIssuer.encode(JSONObjectUtils.toJSONString(richer));
        assertRefused(parts[0] + "." + payload + "." + parts[2], TokenFault.SIGNATURE);
        char middle = parts[2].charAt(40);
        String signature = parts[2].substring(0, 40) + (middle == 'A' ? 'B' : 'A') + parts[2].substring(41);
        assertRefused(parts[0] + "." + parts[1] + "." + signature, TokenFault.SIGNATURE);
        for (String forged : List.of("AA", "A".repeat(86), "A".repeat(342))) {
            assertRefused(parts[0] + "." + parts[1] + "." + forged, TokenFault.SIGNATURE);
        }
        Key stranger = algorithm.equals("ES256")
                ? TestIssuer.ec("ec-1")
                : algorithm.equals("EdDSA") ? TestIssuer.ed25519("ed-1") : STRANGER;
        assertRefused(TestIssuer.token(stranger, algorithm, TestIssuer.claims()), TokenFault.SIGNATURE);
    }

    @Test
    void keysThatATokenBringsAlongAreNotUsed() {
        Key own = TestIssuer.ec("own");
        Map<String, Object> header = TestIssuer.header(own, "ES256");
        header.put("jwk", own.published().toJSONObject());
        header.put("jku", "http://127.0.0.1:1/keys");
        header.put("x5u", "http://127.0.0.1:1/cert");
        header.put("x5c", List.of("AAAA"));
        String payload = JSONObjectUtils.toJSONString(TestIssuer.claims());
        assertRefused(TestIssuer.token(own, header, payload), TokenFault.UNKNOWN_KEY);
        header.put("kid", "ec-1");
        assertRefused(TestIssuer.token(own, header, payload), TokenFault.SIGNATURE);
        assertThat(verify(TestIssuer.token(EC, header, payload))).isInstanceOf(TokenVerdict.Verified.class);
    }

    @Test
    void criticalHeadersAndOtherTypesAreRefused() {
        assertRefused(withHeader("crit", List.of("exp")), TokenFault.CRITICAL_HEADER);
        assertRefused(withHeader("crit", List.of()), TokenFault.CRITICAL_HEADER);
        assertRefused(withHeader("b64", false), TokenFault.CRITICAL_HEADER);
        assertRefused(withHeader("typ", "logout+jwt"), TokenFault.TYPE);
        assertThat(verify(withHeader("typ", "application/AT+JWT"))).isInstanceOf(TokenVerdict.Verified.class);
    }

    @Test
    void aTokenWithoutAKeysNameMustLeaveNoChoice() {
        Map<String, Object> header = new HashMap<>(Map.of("alg", "ES256"));
        String token = TestIssuer.token(EC, header, JSONObjectUtils.toJSONString(TestIssuer.claims()));
        assertThat(verify(token)).isInstanceOf(TokenVerdict.Verified.class);
        IssuerKeys two = read(TestIssuer.keySet(EC, TestIssuer.ec("ec-2")));
        assertThat(verifier.verify(token, two, TestIssuer.NOW_MS)).isInstanceOf(TokenVerdict.Refused.class);
    }

    @Test
    void whatIsNoTokenIsMalformed() {
        String good = withClaim("sub", "u");
        String payload = JSONObjectUtils.toJSONString(TestIssuer.claims());
        String twice = payload.replace("\"acme\"", "\"acme\",\"tenant_id\":\"globex\"");
        assertRefused(TestIssuer.token(EC, TestIssuer.header(EC, "ES256"), twice), TokenFault.MALFORMED);
        String[] parts = good.split("\\.", -1);
        String headerTwice = TestIssuer.encode("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"alg\":\"none\"}");
        assertRefused(headerTwice + "." + parts[1] + "." + parts[2], TokenFault.MALFORMED);
        assertRefused(TestIssuer.token(EC, TestIssuer.header(EC, "ES256"), "null"), TokenFault.MALFORMED);
        assertRefused(TestIssuer.token(EC, TestIssuer.header(EC, "ES256"), "[[\"iss\",\"x\"]]"), TokenFault.MALFORMED);
        assertRefused(
                TestIssuer.token(EC, TestIssuer.header(EC, "ES256"), "{\"a\":" + "[".repeat(2_500)),
                TokenFault.MALFORMED);
        for (String wrong : List.of(
                ".", "..", "a.b", "a.b.c", good + ".x.y", good + "=", good.replace('.', ' '), " " + good, good + "ä")) {
            assertRefused(wrong, TokenFault.MALFORMED);
        }
    }

    @Test
    void tenantAndUserMustFitAnEvent() {
        assertRefused(withClaim("tenant_id", null), TokenFault.CLAIMS);
        assertRefused(withClaim("tenant_id", "a/b"), TokenFault.CLAIMS);
        assertRefused(withClaim("tenant_id", List.of("acme")), TokenFault.CLAIMS);
        assertRefused(withClaim("sub", "u".repeat(257)), TokenFault.CLAIMS);
        assertRefused(withClaim("sub", ""), TokenFault.CLAIMS);
        assertRefused(withClaim("sub", "a\u0000b"), TokenFault.CLAIMS);
        assertRefused(withClaim("sub", "a\nb"), TokenFault.CLAIMS);
        assertRefused(withClaim("sub", Map.of("id", 1)), TokenFault.CLAIMS);
        String lone = JSONObjectUtils.toJSONString(TestIssuer.claims()).replace("zoë", "zo\\ud800");
        assertRefused(TestIssuer.token(EC, TestIssuer.header(EC, "ES256"), lone), TokenFault.CLAIMS);
        assertThat(verify(withClaim("sub", null)))
                .isInstanceOfSatisfying(
                        TokenVerdict.Verified.class,
                        verified -> assertThat(verified.userId()).isNull());
        assertThat(verify(withClaim("sub", 42)))
                .isInstanceOfSatisfying(
                        TokenVerdict.Verified.class,
                        verified -> assertThat(verified.userId()).isEqualTo("42"));
    }

    @Test
    void aKeySetIsReadWithoutWhatIsNotUnderstood() {
        String others = "{\"kty\":\"XX\"},{\"kty\":\"EC\",\"crv\":\"brainpoolP256r1\",\"x\":\"AA\",\"y\":\"AA\"},"
                + "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"},{},"
                + EC.published().toJSONString().replace("\"ec-1\"", "\"enc\",\"use\":\"enc\"");
        IssuerKeys read = read(TestIssuer.keySet(RSA, EDWARDS).replace("{\"keys\":[", "{\"keys\":[" + others + ","));
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.hasKeysOf(read(TestIssuer.keySet(EDWARDS, RSA)))).isTrue();
        assertThat(read.hasKeysOf(keys)).isFalse();
    }
}
