package dev.tollgate.bench.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/// An upstream that reads every body and answers with as many bytes as the query's `down` says, chunked when its
/// `framing` says so.
final class SoakUpstream implements AutoCloseable {

    private static final Buffer BLOCK = Buffer.buffer(new byte[64 * 1_024]);

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    SoakUpstream() {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(SoakUpstream::answer)
                .listen()
                .await();
    }

    int port() {
        return server.actualPort();
    }

    private static void answer(HttpServerRequest request) {
        String down = request.getParam("down");
        long bytes = down == null ? 0 : Long.parseLong(down);
        HttpServerResponse response = request.response();
        response.exceptionHandler(clientGone -> {});
        request.exceptionHandler(clientGone -> {});
        request.endHandler(end -> {
            if ("chunked".equals(request.getParam("framing"))) {
                response.setChunked(true);
            } else {
                response.putHeader("Content-Length", Long.toString(bytes));
            }
            send(response, bytes);
        });
        request.handler(data -> {});
    }

    private static void send(HttpServerResponse response, long bytes) {
        long left = bytes;
        while (left > 0 && !response.closed() && !response.ended()) {
            int length = (int) Math.min(left, BLOCK.length());
            response.write(BLOCK.slice(0, length));
            left -= length;
            if (response.writeQueueFull()) {
                long rest = left;
                response.drainHandler(drained -> {
                    response.drainHandler(null);
                    send(response, rest);
                });
                return;
            }
        }
        if (!response.closed() && !response.ended()) {
            response.end();
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
