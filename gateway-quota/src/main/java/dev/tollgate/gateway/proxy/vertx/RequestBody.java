package dev.tollgate.gateway.proxy.vertx;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether the body of one well-formed request is well-formed too, which the decoder finds out later. It travels with
/// the request as its decoder result: a broken body would otherwise end the connection without an answer.
///
/// Belongs to the connection's event loop.
final class RequestBody extends DecoderResult {

    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
    private boolean asksForWebSocket;
    private @Nullable Throwable fault;
    private @Nullable Consumer<Throwable> reader;

    RequestBody() {
        super(SIGNAL_SUCCESS);
    }

    /// The body of an HTTP/1 request; null for another version's, which its own framing guards.
    static @Nullable RequestBody of(HttpServerRequest request) {
        return request.decoderResult() instanceof RequestBody body ? body : null;
    }

    /// Whether the request asks that its connection become a WebSocket.
    boolean asksForWebSocket() {
        return asksForWebSocket;
    }

    void asksForWebSocket(boolean asked) {
        asksForWebSocket = asked;
    }

    /// The fields that came behind the body.
    HttpHeaders trailers() {
        return trailers;
    }

    void trailers(HttpHeaders read) {
        trailers = read;
    }

    /// What is wrong with the body, as far as it was read.
    @Nullable
    Throwable fault() {
        return fault;
    }

    /// @param whoReads is told of a fault found from now on; it must return at once
    void onFault(Consumer<Throwable> whoReads) {
        reader = whoReads;
    }

    /// The request will have no end.
    void broken(Throwable cause) {
        fault = cause;
        if (reader != null) {
            reader.accept(cause);
        }
    }
}
