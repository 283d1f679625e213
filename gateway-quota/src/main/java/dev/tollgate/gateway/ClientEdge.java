package dev.tollgate.gateway;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.TrustedProxies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the gateway's edge towards its clients, `tollgate.gateway.clients.*`.
///
/// @param headTimeout within which a request's head must be complete
/// @param bodyBytesPerSecondMin what a request body must bring, averaged over 10 s; 0 for any
/// @param headerFieldsMax header fields of a request
/// @param connectionsMax connections of the whole gateway
/// @param http2ClearText whether HTTP/2 is spoken without TLS too, with prior knowledge
/// @param http2StreamsMax requests at a time on one HTTP/2 connection
/// @param trustedProxies addresses and networks whose `Forwarded` and `X-Forwarded-*` are believed
public record ClientEdge(
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("100") int bodyBytesPerSecondMin,
        @DefaultValue("100") int headerFieldsMax,
        @DefaultValue("10000") int connectionsMax,
        @DefaultValue("true") boolean http2ClearText,
        @DefaultValue("100") int http2StreamsMax,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue Tls tls) {

    private static final String PREFIX = "tollgate.gateway.clients.";

    public ClientEdge {
        if (headTimeout.isNegative() || headTimeout.isZero()) {
            throw new IllegalArgumentException(PREFIX + "head-timeout must be longer than 0 but is " + headTimeout);
        }
        if (bodyBytesPerSecondMin < 0) {
            throw new IllegalArgumentException(
                    PREFIX + "body-bytes-per-second-min must be at least 0 but is " + bodyBytesPerSecondMin);
        }
        positive("header-fields-max", headerFieldsMax);
        positive("connections-max", connectionsMax);
        positive("http2-streams-max", http2StreamsMax);
        trustedProxies = List.copyOf(trustedProxies);
        parsed(trustedProxies);
    }

    /// A port for TLS; there is none without a certificate.
    ///
    /// @param port 0 for any
    /// @param certificateFile PEM, the gateway's own certificate first; followed while the gateway runs
    /// @param keyFile PEM, not encrypted
    public record Tls(
            @DefaultValue("8443") int port,
            @Nullable Path certificateFile,
            @Nullable Path keyFile) {

        public Tls {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(PREFIX + "tls.port must be 0 to 65535 but is " + port);
            }
            if ((certificateFile == null) != (keyFile == null)) {
                throw new IllegalArgumentException(
                        PREFIX + "tls.certificate-file and " + PREFIX + "tls.key-file need each other");
            }
        }

        /// Certificate and key, in this order; empty without TLS.
        List<Path> files() {
            return certificateFile == null || keyFile == null ? List.of() : List.of(certificateFile, keyFile);
        }
    }

    ClientSettings settings() {
        return new ClientSettings(
                headTimeout,
                bodyBytesPerSecondMin,
                headerFieldsMax,
                connectionsMax,
                http2ClearText,
                http2StreamsMax,
                parsed(trustedProxies));
    }

    private static TrustedProxies parsed(List<String> cidrs) {
        try {
            return TrustedProxies.of(cidrs);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(PREFIX + "trusted-proxies: " + wrong.getMessage(), wrong);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(PREFIX + name + " must be at least 1 but is " + value);
        }
    }
}
