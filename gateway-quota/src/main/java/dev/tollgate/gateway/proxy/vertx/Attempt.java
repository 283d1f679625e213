package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.TargetHealth;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/// One try to pass an exchange's request to one target: its connection, and what the target's health learns from it.
/// Ends once, with [#end] or [#reset].
final class Attempt {

    private final ProxyLoop loop;
    private final Exchange exchange;
    private final TargetHealth.Use use;
    private @Nullable HttpClientRequest request;
    private @Nullable SentRequest sent;
    private boolean answered;
    private boolean ended;

    Attempt(ProxyLoop loop, Exchange exchange, TargetHealth.Use use) {
        this.loop = loop;
        this.exchange = exchange;
        this.use = use;
    }

    void begin(AdmittedRequest admitted) {
        loop.client()
                .open(
                        use.target(),
                        admitted.request().method(),
                        admitted.target().path() + admitted.target().query())
                .onComplete(this::connected);
    }

    private void connected(AsyncResult<HttpClientRequest> connection) {
        if (connection.succeeded()) {
            request = connection.result();
        }
        if (ended) {
            resetRequest();
        } else if (connection.succeeded()) {
            exchange.connected(this, connection.result());
        } else {
            exchange.notConnected(this, UpstreamFailure.connecting(connection.cause()));
        }
    }

    boolean isOn(HttpClientRequest connection) {
        return connection.equals(request);
    }

    TargetHealth.Use use() {
        return use;
    }

    /// Tells the connection what is sent on it next.
    void announce(HttpClientRequest to, SentRequest next) {
        sent = next;
        StrictResponseDecoder.announce(to.connection(), next);
    }

    /// Whether a byte may have reached the target.
    boolean hasSent() {
        return sent != null && sent.hasLeft();
    }

    boolean isAnswered() {
        return answered;
    }

    void answered() {
        answered = true;
        use.answered();
        loop.metrics().upstream().answered(use.target());
    }

    /// Not reached, or too late.
    void failed(UpstreamFailure failure) {
        loop.metrics().upstream().failed(use.target(), failure.outcome());
        if (failure.isTargets() && use.failed(loop.nanoTime())) {
            loop.metrics().upstream().setAside(use.target());
        }
    }

    void end() {
        ended = true;
        use.end();
    }

    /// Ends it, and its connection with it.
    void reset() {
        end();
        resetRequest();
    }

    private void resetRequest() {
        if (request != null) {
            request.reset();
        }
    }
}
