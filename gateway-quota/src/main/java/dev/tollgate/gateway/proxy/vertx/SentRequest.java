package dev.tollgate.gateway.proxy.vertx;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// What the codec of an upstream's connection needs to know of one request, and what it tells of it: whether bytes may
/// have left. Belongs to the connection's event loop.
final class SentRequest {

    private final boolean asksToSwitch;
    private final Runnable whenItLeaves;
    private @Nullable HttpHeaders trailers;
    private boolean left;

    /// @param asksToSwitch whether a 101 may answer it
    /// @param whenItLeaves runs before the first byte is handed to the connection
    SentRequest(boolean asksToSwitch, Runnable whenItLeaves) {
        this.asksToSwitch = asksToSwitch;
        this.whenItLeaves = whenItLeaves;
    }

    boolean asksToSwitch() {
        return asksToSwitch;
    }

    /// Whether a byte may have reached the upstream.
    boolean hasLeft() {
        return left;
    }

    void leaves() {
        left = true;
        whenItLeaves.run();
    }

    /// @param fields are sent behind the body, whose end is not sent yet
    void trailers(HttpHeaders fields) {
        trailers = fields;
    }

    /// The body's end with the trailers, or as it is when there are none.
    LastHttpContent withTrailers(LastHttpContent end) {
        if (trailers == null || trailers.isEmpty()) {
            return end;
        }
        DefaultLastHttpContent more = new DefaultLastHttpContent(end.content());
        more.trailingHeaders().add(trailers);
        return more;
    }
}
