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

    private final StrictRequestDecoder decoder;
    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
    private boolean asksForWebSocket;
    private @Nullable Throwable fault;
    private @Nullable Consumer<Throwable> reader;

    RequestBody(StrictRequestDecoder decoder) {
        super(SIGNAL_SUCCESS);
        this.decoder = decoder;
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

    /// The request's connection ends with its answer: what the client has sent behind it is ignored.
    static void endConnectionAfter(HttpServerRequest request) {
        if (request.decoderResult() instanceof RequestBody body) {
            body.decoder.endAfter(body);
        }
    }

    /// Whether the request came behind one that was answered with the connection's end.
    static boolean isIgnored(HttpServerRequest request) {
        return request.decoderResult() instanceof RequestBody body && body.decoder.isPast(body);
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
