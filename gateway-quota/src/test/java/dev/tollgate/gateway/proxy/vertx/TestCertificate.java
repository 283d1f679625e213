package dev.tollgate.gateway.proxy.vertx;

import io.vertx.core.net.SelfSignedCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A certificate made for a test, which only its own clients trust.
///
/// @param certificate PEM
/// @param key PEM
record TestCertificate(byte[] certificate, byte[] key) {

    static TestCertificate make() {
        SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
        try {
            return new TestCertificate(
                    Files.readAllBytes(Path.of(made.certificatePath())),
                    Files.readAllBytes(Path.of(made.privateKeyPath())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } finally {
            made.delete();
        }
    }

    X509Certificate x509() throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    /// Of a client that trusts this certificate and no other.
    SSLContext client() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("it", x509());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// A connection with TLS on which HTTP/1.1 is spoken.
    SSLSocket connect(int port, String... protocols) throws GeneralSecurityException, IOException {
        SSLSocket socket = (SSLSocket) client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }
}
