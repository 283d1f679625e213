package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.Authority;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.FieldRules;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What makes a well-formed request one that the gateway passes on to nobody, whoever sends it.
final class RequestFaults {

    private static final Set<HttpMethod> NOT_PASSED_ON = Set.of(HttpMethod.CONNECT, HttpMethod.TRACE);

    private RequestFaults() {}

    /// The first fault, or empty for a request that can be passed on.
    static Optional<ProblemResponse> of(HttpServerRequest request, long bodyBytesMax) {
        String method = request.method().name();
        if (!hasOneHost(request)) {
            return Optional.of(
                    ProblemResponse.of(ProblemType.BAD_REQUEST, "there must be one Host field with a host's name"));
        }
        if (NOT_PASSED_ON.contains(request.method())) {
            return Optional.of(ProblemResponse.methodNotAllowed(method));
        }
        if (method.length() > FieldRules.METHOD_CHARS_MAX) {
            return Optional.of(ProblemResponse.notImplemented("no method is that long"));
        }
        if (!FieldRules.isMethod(method)) {
            return Optional.of(ProblemResponse.of(ProblemType.BAD_REQUEST, "the method is not an HTTP token"));
        }
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (!codings.isEmpty() && !isChunkedOnly(codings)) {
            return Optional.of(
                    ProblemResponse.notImplemented("the only transfer coding that is understood is chunked"));
        }
        String expect = request.getHeader(HttpHeaders.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            return Optional.of(ProblemResponse.expectationFailed());
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && Answers.contentLength(length) > bodyBytesMax) {
            return Optional.of(ProblemResponse.of(
                    ProblemType.BODY_TOO_LARGE, "the body is longer than " + bodyBytesMax + " bytes"));
        }
        return Optional.empty();
    }

    /// In HTTP/1.0 it may be missing; in HTTP/2 the authority stands for it.
    private static boolean hasOneHost(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        return switch (request.version()) {
            case HTTP_1_0 -> hosts.isEmpty() || (hosts.size() == 1 && Authority.isValid(hosts.getFirst()));
            case HTTP_1_1 -> hosts.size() == 1 && Authority.isValid(hosts.getFirst());
            case HTTP_2 -> hosts.size() <= 1 && request.authority() != null;
        };
    }

    private static boolean isChunkedOnly(List<String> codings) {
        return codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked");
    }
}
