package dev.tollgate.gateway.proxy.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/// A certificate, with those that lead to its root, and the private key that belongs to it. Immutable.
public final class TlsCertificate {

    private static final byte[] PROOF = {1, 2, 3, 4, 5, 6, 7, 8};

    private final PemKeyCertOptions options;

    private TlsCertificate(PemKeyCertOptions options) {
        this.options = options;
    }

    /// @param certificates PEM, the gateway's own first
    /// @param key PEM: `PRIVATE KEY`, `RSA PRIVATE KEY` or `EC PRIVATE KEY`, not encrypted
    /// @throws IllegalArgumentException when they cannot be read or are no pair
    public static TlsCertificate of(Vertx vertx, byte[] certificates, byte[] key) {
        PemKeyCertOptions options = new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(certificates))
                .setKeyValue(Buffer.buffer(key));
        try {
            for (KeyManager manager : options.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager keys && provesItself(keys)) {
                    return new TlsCertificate(options);
                }
            }
        } catch (Exception unreadable) {
            throw new IllegalArgumentException("certificate and key cannot be read: " + unreadable, unreadable);
        }
        throw new IllegalArgumentException("the key does not belong to the certificate");
    }

    /// Whether what one key of the pair signs is what the other verifies.
    private static boolean provesItself(X509KeyManager keys) throws GeneralSecurityException {
        for (String type : Arrays.asList("RSA", "EC", "EdDSA", "Ed25519", "RSASSA-PSS")) {
            String[] aliases = keys.getServerAliases(type, null);
            if (aliases != null && aliases.length > 0) {
                return isPair(keys.getCertificateChain(aliases[0])[0], keys.getPrivateKey(aliases[0]));
            }
        }
        return false;
    }

    private static boolean isPair(Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        if (!algorithm.equals(key.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> algorithm;
                });
        signature.initSign(key);
        signature.update(PROOF);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(PROOF);
        return signature.verify(signed);
    }

    PemKeyCertOptions options() {
        return options.copy();
    }
}
