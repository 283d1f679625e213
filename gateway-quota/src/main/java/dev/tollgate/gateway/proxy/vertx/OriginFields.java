package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ForwardedHeaders;
import dev.tollgate.gateway.proxy.TraceContext;
import dev.tollgate.gateway.proxy.TrustedProxies;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/// What the upstream learns about where a request comes from: `Forwarded`, `X-Forwarded-*`, and the trace that it
/// belongs to. From a trusted proxy the fields are kept, and the proxy's own address is appended; from others they are
/// written anew. One event loop owns an instance.
final class OriginFields {

    private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
    private static final CharSequence FORWARDED_HOST = HttpHeaders.createOptimized("X-Forwarded-Host");
    private static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("X-Forwarded-Proto");
    private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence TRACE_STATE = HttpHeaders.createOptimized("tracestate");

    /// Kept as a trusted proxy sent them.
    private static final List<CharSequence> KEPT = List.of(
            HttpHeaders.createOptimized("X-Forwarded-Port"),
            HttpHeaders.createOptimized("X-Forwarded-Prefix"),
            HttpHeaders.createOptimized("X-Real-IP"));

    private final TrustedProxies trusted;
    private final RandomGenerator random;

    OriginFields(TrustedProxies trusted, RandomGenerator random) {
        this.trusted = trusted;
        this.random = random;
    }

    /// Whether [#write] decides about a field, whose name is in lower case.
    static boolean owns(String lowerCaseName) {
        return ForwardedHeaders.isForwarded(lowerCaseName)
                || lowerCaseName.equals("traceparent")
                || lowerCaseName.equals("tracestate");
    }

    void write(HttpServerRequest request, MultiMap to) {
        writeTrace(request.headers(), to);
        String sent = request.headers().get(HttpHeaders.HOST);
        String host = sent == null ? "" : sent;
        String scheme = request.isSSL() ? "https" : "http";
        String peer = ClientStream.peer(request);
        if (isTrusted(request)) {
            append(request.headers(), peer, host, scheme, to);
            return;
        }
        if (!peer.isEmpty()) {
            to.set(FORWARDED_FOR, peer);
            to.set(FORWARDED, ForwardedHeaders.forwarded(peer, host, scheme));
        }
        if (!host.isEmpty()) {
            to.set(FORWARDED_HOST, host);
        }
        to.set(FORWARDED_PROTO, scheme);
    }

    private void append(MultiMap from, String peer, String host, String scheme, MultiMap to) {
        to.set(FORWARDED_FOR, appended(from.getAll(FORWARDED_FOR), peer));
        to.set(FORWARDED, appended(from.getAll(FORWARDED), ForwardedHeaders.forwarded(peer, host, scheme)));
        keepOr(from, FORWARDED_HOST, host, to);
        keepOr(from, FORWARDED_PROTO, scheme, to);
        for (CharSequence name : KEPT) {
            keepOr(from, name, "", to);
        }
    }

    private static String appended(List<String> sent, String own) {
        return sent.isEmpty() ? own : String.join(", ", sent) + ", " + own;
    }

    private static void keepOr(MultiMap from, CharSequence name, String own, MultiMap to) {
        String sent = from.get(name);
        if (sent != null) {
            to.set(name, sent);
        } else if (!own.isEmpty()) {
            to.set(name, own);
        }
    }

    private boolean isTrusted(HttpServerRequest request) {
        return !trusted.isEmpty()
                && ClientStream.connection(request)
                                .channelHandlerContext()
                                .channel()
                                .remoteAddress()
                        instanceof InetSocketAddress peer
                && trusted.trusts(peer.getAddress().getAddress());
    }

    private void writeTrace(MultiMap from, MultiMap to) {
        List<String> parents = from.getAll(TRACE_PARENT);
        if (!TraceContext.isValid(parents)) {
            to.set(TRACE_PARENT, TraceContext.begin(random));
            return;
        }
        to.set(TRACE_PARENT, parents.getFirst());
        for (String state : from.getAll(TRACE_STATE)) {
            to.add(TRACE_STATE, state);
        }
    }
}
