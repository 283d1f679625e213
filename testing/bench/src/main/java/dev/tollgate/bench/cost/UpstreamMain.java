package dev.tollgate.bench.cost;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;

/// The application behind the gateway: answers at once, as `SampleRequest` says. Arguments: port.
final class UpstreamMain {

    private static final Buffer BODY = Buffer.buffer("x".repeat(16_384));

    private UpstreamMain() {}

    public static void main(String[] arguments) {
        Vertx.vertx()
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(arguments[0])))
                .requestHandler(UpstreamMain::answer)
                .listen()
                .await();
    }

    private static void answer(HttpServerRequest request) {
        String method = request.method().name();
        String path = Objects.requireNonNull(request.path());
        request.handler(sent -> {});
        request.endHandler(end -> {
            HttpServerResponse response = request.response().setStatusCode(SampleRequest.status(method, path));
            int bytes = SampleRequest.answerBytes(method, path);
            if (bytes == 0) {
                response.end();
            } else {
                response.putHeader("Content-Type", "application/json").end(BODY.slice(0, bytes));
            }
        });
    }
}
