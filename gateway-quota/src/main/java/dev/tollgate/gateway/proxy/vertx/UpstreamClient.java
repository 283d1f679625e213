package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.UpstreamTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/// Connections to the upstreams, pooled per target and event loop. Upstreams come from routes only, never from a
/// request.
final class UpstreamClient {

    /// An idle connection is closed by us before most servers close it: a request on a connection that is being closed
    /// would fail after its bytes were sent.
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final int RESPONSE_HEADER_BYTES_MAX = 64 * 1_024;

    private final HttpClient client;
    private final long waitMs;

    UpstreamClient(Vertx vertx, ProxySettings settings, ProxyMetrics metrics) {
        this.waitMs = settings.connectTimeout().plus(settings.upstreamTimeout()).toMillis();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(RESPONSE_HEADER_BYTES_MAX)
                .setTcpNoDelay(true);
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(settings.upstreamConnectionsMax())
                .setMaxWaitQueueSize(settings.requestsMax());
        this.client = vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withConnectHandler(
                        connection -> StrictResponseDecoder.install(connection, options, metrics::surplusBytes))
                .build();
    }

    /// A request on a connection of its own, of which nothing is sent yet. It fails with a `ConnectTimeoutException`
    /// when the target does not accept in time, with a `TimeoutException` when no connection becomes free.
    Future<HttpClientRequest> open(UpstreamTarget target, HttpMethod method, String pathAndQuery) {
        return client.request(new RequestOptions()
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setMethod(method)
                .setConnectTimeout(waitMs)
                .setFollowRedirects(false)
                .setURI(target.basePath() + pathAndQuery));
    }

    Future<Void> close() {
        return client.close();
    }
}
