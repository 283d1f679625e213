package dev.tollgate.gateway.management.vertx;

import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/// A response that is complete before it is written.
record Answer(int status, Map<String, String> headers, Buffer body) {

    private static final String RETRY_AFTER_SECONDS = "5";

    static Answer json(JsonObject body) {
        return new Answer(200, Map.of("Content-Type", "application/json"), body.toBuffer());
    }

    static Answer problem(ProblemType type, String detail, String path) {
        Problem problem = Problem.of(type, detail).at(path);
        Map<String, String> headers = switch (type) {
            case UNAUTHENTICATED -> Map.of("Content-Type", Problem.CONTENT_TYPE, "WWW-Authenticate", "Bearer");
            case UNAVAILABLE -> Map.of("Content-Type", Problem.CONTENT_TYPE, "Retry-After", RETRY_AFTER_SECONDS);
            default -> Map.of("Content-Type", Problem.CONTENT_TYPE);
        };
        return new Answer(problem.status(), headers, Buffer.buffer(problem.toJson()));
    }

    /// The same, for a method that the resource does not have.
    static Answer methodNotAllowed(String allowed, String path) {
        Answer problem = problem(ProblemType.METHOD_NOT_ALLOWED, "only " + allowed + " is supported", path);
        return new Answer(
                problem.status(), Map.of("Content-Type", Problem.CONTENT_TYPE, "Allow", allowed), problem.body());
    }

    void writeTo(HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(status);
        headers.forEach(response::putHeader);
        if (!request.isEnded()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(body);
    }
}
