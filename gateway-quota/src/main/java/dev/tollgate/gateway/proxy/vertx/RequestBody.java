package dev.tollgate.gateway.proxy.vertx;

import io.netty.handler.codec.DecoderResult;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether the body of one well-formed request is well-formed too, which the decoder finds out later. It travels with
/// the request as its decoder result: a broken body would otherwise end the connection without an answer.
///
/// Belongs to the connection's event loop.
final class RequestBody extends DecoderResult {

    private @Nullable Throwable fault;
    private @Nullable Consumer<Throwable> reader;

    RequestBody() {
        super(SIGNAL_SUCCESS);
    }

    static RequestBody of(HttpServerRequest request) {
        return (RequestBody) request.decoderResult();
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
