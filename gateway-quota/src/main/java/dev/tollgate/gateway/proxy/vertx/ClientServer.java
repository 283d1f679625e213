package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.schema.access.problem.ProblemType;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listening server of one event loop, with or without TLS: takes connections on, sees to their handlers, and gives
/// the requests of both HTTP versions to the loop in one form.
final class ClientServer {

    private static final Logger log = LoggerFactory.getLogger(ClientServer.class);

    private final ProxyLoop loop;
    private final ClientConnections connections;
    private final HttpServerOptions options;
    private final int headerFieldsMax;
    private final HttpServer server;
    private final @Nullable ClearTextHttp2 clearTextHttp2;

    ClientServer(
            Vertx vertx,
            Context context,
            ProxyLoop loop,
            ClientConnections connections,
            ProxySettings settings,
            HttpServerOptions options) {
        this.loop = loop;
        this.connections = connections;
        this.options = options;
        this.headerFieldsMax = settings.clients().headerFieldsMax();
        this.server = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .requestHandler(this::handle)
                .invalidRequestHandler(loop::handleMalformed)
                .exceptionHandler(ClientServer::failed);
        this.clearTextHttp2 = !options.isSsl() && settings.clients().http2ClearText()
                ? new ClearTextHttp2(server, options, context, this::http2Connected, ClientServer::failed)
                : null;
    }

    Future<HttpServer> listen() {
        return server.listen();
    }

    int port() {
        return server.actualPort();
    }

    /// Connections that begin from now on get this certificate.
    Future<Boolean> use(TlsCertificate certificate) {
        var tls = options.getSslOptions().copy();
        tls.setKeyCertOptions(certificate.options());
        return server.updateSSLOptions(tls, true);
    }

    /// Accepts no more connections; those without a request end, the others after their responses, or when the time is
    /// over.
    Future<Void> shutdown(long atMostMs) {
        return server.shutdown(atMostMs, TimeUnit.MILLISECONDS);
    }

    private void connected(HttpConnection connection) {
        HttpServerConnection own = (HttpServerConnection) connection;
        ChannelPipeline pipeline = own.channelHandlerContext().pipeline();
        boolean isHttp2 = pipeline.get(Http2ConnectionHandler.class) != null;
        if (!isHttp2) {
            StrictRequestDecoder.install(connection, options);
        }
        if (!connections.takesOn(own)) {
            return;
        }
        if (isHttp2) {
            connections.watchHttp2(own);
            return;
        }
        connections.watchHttp1(pipeline);
        if (clearTextHttp2 != null) {
            clearTextHttp2.await(connection);
        }
    }

    /// The connection is one that was taken on before its preface came.
    private void http2Connected(HttpServerConnection connection) {
        connection.exceptionHandler(ClientServer::failed);
        connection.handler(this::handle);
        connections.watchHttp2(connection);
    }

    private void handle(HttpServerRequest request) {
        Optional<String> fault = Http2Requests.adopt(request);
        if (fault.isPresent()) {
            note(400, fault.get());
            ClientStream.reset(request, Http2Requests.PROTOCOL_ERROR);
        } else if (hasTooManyFields(request)) {
            ProblemResponse answer =
                    ProblemResponse.of(ProblemType.HEADERS_TOO_LARGE, "there are too many header fields");
            note(answer.status(), "there are too many header fields");
            Answers.problem(request, answer, "/", loop.date(), loop.isDraining());
        } else {
            loop.handle(request);
        }
    }

    private boolean hasTooManyFields(HttpServerRequest request) {
        int left = headerFieldsMax;
        for (Map.Entry<String, String> ignored : request.headers()) {
            left--;
        }
        return left < 0;
    }

    private void note(int status, String reason) {
        loop.refusalLog().refused(status, Refusals.UNKNOWN_TENANT, reason, "-");
        loop.metrics().refused(status);
    }

    /// Clients that go away or make no TLS connection are no fault of the gateway's.
    private static void failed(Throwable cause) {
        log.debug("a client's connection failed", cause);
    }
}
