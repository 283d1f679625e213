package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.FieldRules;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.Set;

/// What makes a well-formed request one that the gateway passes on to nobody, whoever sends it.
final class RequestFaults {

    private static final Set<HttpMethod> NOT_PASSED_ON = Set.of(HttpMethod.CONNECT, HttpMethod.TRACE);

    private RequestFaults() {}

    /// The first fault, or empty for a request that can be passed on.
    static Optional<ProblemResponse> of(HttpServerRequest request, long bodyBytesMax) {
        String method = request.method().name();
        int hosts = request.headers().getAll(HttpHeaders.HOST).size();
        if (hosts > 1 || (hosts == 0 && request.version() != HttpVersion.HTTP_1_0)) {
            return Optional.of(ProblemResponse.of(ProblemType.BAD_REQUEST, "there must be one Host field"));
        }
        if (NOT_PASSED_ON.contains(request.method())) {
            return Optional.of(ProblemResponse.methodNotAllowed(method));
        }
        if (!FieldRules.isMethod(method)) {
            return Optional.of(ProblemResponse.of(ProblemType.BAD_REQUEST, "the method is not an HTTP token"));
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
}
