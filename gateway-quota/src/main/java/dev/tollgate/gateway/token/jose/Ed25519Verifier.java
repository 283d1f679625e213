package dev.tollgate.gateway.token.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/// Verifies signatures with Ed25519 (RFC 8032) by the JDK's own means; the library's verifier wants another library.
/// Safe for all threads.
final class Ed25519Verifier extends BaseJWSProvider implements JWSVerifier {

    private static final String NAME = "Ed25519";
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /// What stands before the 32 bytes of a key in its X.509 form (RFC 8410).
    private static final byte[] X509_BEGIN = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;

    Ed25519Verifier(OctetKeyPair published) throws JOSEException {
        super(Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519));
        this.key = publicKey(published.getDecodedX());
    }

    private static PublicKey publicKey(byte[] x) throws JOSEException {
        if (x.length != KEY_BYTES) {
            throw new JOSEException("a key of Ed25519 has " + KEY_BYTES + " bytes, not " + x.length);
        }
        byte[] encoded = new byte[X509_BEGIN.length + KEY_BYTES];
        System.arraycopy(X509_BEGIN, 0, encoded, 0, X509_BEGIN.length);
        System.arraycopy(x, 0, encoded, X509_BEGIN.length, KEY_BYTES);
        try {
            return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException notAKey) {
            throw new JOSEException("not a key of Ed25519", notAKey);
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        byte[] bytes = signature.decode();
        if (bytes.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature verifying = Signature.getInstance(NAME);
            verifying.initVerify(key);
            verifying.update(signed);
            return verifying.verify(bytes);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException fault) {
            throw new JOSEException("Ed25519 cannot be used", fault);
        }
    }
}
