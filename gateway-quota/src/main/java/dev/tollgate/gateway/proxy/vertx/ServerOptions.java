package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProxySettings;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// How the proxy's servers are set up. What Netty limits by itself is left at its defaults: control frames that wait
/// for a client that does not read, empty and very small frames in a row.
final class ServerOptions {

    /// What one HTTP/2 connection may send before it is read, over all its requests.
    private static final int HTTP2_CONNECTION_WINDOW_BYTES = 1 << 20;

    /// Requests that a client may give up on one connection in a window of time; more end the connection.
    private static final int HTTP2_RESETS_MAX = 200;

    private static final int HTTP2_RESET_WINDOW_SECONDS = 30;

    /// Ports that all event loops share although they are chosen by the system: one for each server.
    private static final int ANY_SHARED_PORT = -1;

    private static final int ANY_SHARED_TLS_PORT = -2;

    private ServerOptions() {}

    static HttpServerOptions clearText(ProxySettings settings, String host, int port) {
        return common(settings, host).setPort(port == 0 ? ANY_SHARED_PORT : port);
    }

    static HttpServerOptions tls(ProxySettings settings, String host, int port, TlsCertificate certificate) {
        return common(settings, host)
                .setPort(port == 0 ? ANY_SHARED_TLS_PORT : port)
                .setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setSslHandshakeTimeout(settings.clients().headTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeyCertOptions(certificate.options());
    }

    private static HttpServerOptions common(ProxySettings settings, String host) {
        return new HttpServerOptions()
                .setHost(host)
                .setMaxInitialLineLength(settings.requestLineBytesMax())
                .setMaxHeaderSize(settings.headerBytesMax())
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHttp2ConnectionWindowSize(HTTP2_CONNECTION_WINDOW_BYTES)
                .setHttp2RstFloodMaxRstFramePerWindow(HTTP2_RESETS_MAX)
                .setHttp2RstFloodWindowDuration(HTTP2_RESET_WINDOW_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(settings.clients().http2StreamsMax())
                        .setMaxHeaderListSize(settings.headerBytesMax()))
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
    }
}
