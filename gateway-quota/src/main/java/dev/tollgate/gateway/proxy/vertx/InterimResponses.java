package dev.tollgate.gateway.proxy.vertx;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;

/// What an upstream says before its response: that it wants the body (100), hints (103). The connection's codec lets
/// no others through, and a bounded number.
final class InterimResponses {

    private final ProxyLoop loop;
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Upload upload;

    InterimResponses(ProxyLoop loop, Exchange exchange, HttpServerRequest request, Upload upload) {
        this.loop = loop;
        this.exchange = exchange;
        this.request = request;
        this.upload = upload;
    }

    void listen(HttpClientRequest to) {
        to.continueHandler(asked -> goOn());
        to.earlyHintsHandler(this::passHints);
    }

    private void goOn() {
        if (!exchange.isFinished()) {
            exchange.progress();
            upload.goOn();
        }
    }

    /// HTTP/2 has no other names, and here Vert.x leaves them as they are.
    private static MultiMap lowerCase(MultiMap fields) {
        MultiMap lower = HttpHeaders.headers();
        for (Map.Entry<String, String> field : fields) {
            lower.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
        }
        return lower;
    }

    /// HTTP/1.0 knows none.
    private void passHints(MultiMap fields) {
        HttpServerResponse response = request.response();
        if (exchange.isFinished() || response.headWritten() || request.version() == HttpVersion.HTTP_1_0) {
            return;
        }
        exchange.progress();
        MultiMap passing = HttpHeaders.headers();
        loop.messageHeaders().copyResponse(fields, passing);
        response.writeEarlyHints(request.version() == HttpVersion.HTTP_2 ? lowerCase(passing) : passing);
    }
}
