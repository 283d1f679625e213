package dev.tollgate.gateway.door.vertx;

import dev.tollgate.gateway.door.DoorFields;
import dev.tollgate.gateway.door.DoorVerdict;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.schema.access.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Writes the answer to one check.
final class CheckAnswer {

    /// The problem once more, in one line: nginx gives its client no body of a check.
    static final String PROBLEM = "X-Tollgate-Problem";

    private final HttpServerRequest request;
    private final String date;

    /// @param date the value of the Date field
    CheckAnswer(HttpServerRequest request, String date) {
        this.request = request;
        this.date = date;
    }

    void allowed(DoorVerdict.Allowed allowed, Map<String, String> fields) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(200);
        response.putHeader(DoorFields.TENANT_ID, allowed.tenant().tenantId());
        if (allowed.eventId() != null) {
            response.putHeader(DoorFields.REQUEST_ID, allowed.eventId().toString());
        }
        fields.forEach(response::putHeader);
        end(new byte[0]);
    }

    /// @param status of this answer; the one for the client stands in the field `X-Tollgate-Status`
    void refused(int status, Refused refused, Map<String, String> fields, String path) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        ProblemResponse answer = refused.answer();
        response.putHeader(DoorFields.STATUS, Integer.toString(answer.status()));
        response.putHeader(PROBLEM, inOneLine(answer.problem()));
        fields.forEach(response::putHeader);
        problem(status, answer, path);
    }

    /// A problem with a status that may differ from the one that it names.
    void problem(int status, ProblemResponse answer, String path) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
        end((path.isEmpty() ? answer.problem() : answer.problem().at(path)).toJson());
    }

    /// The door's description, OpenAPI 3.1.
    void description(byte[] yaml) {
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml");
        end(yaml);
    }

    /// The problem without the client's own text, so in ASCII.
    private static String inOneLine(Problem problem) {
        return new String(problem.toJson(), StandardCharsets.US_ASCII);
    }

    private void end(byte[] body) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.putHeader(HttpHeaders.DATE, date);
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        boolean reusable = request.isEnded() || !hasBody();
        if (!reusable) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        Future<Void> written =
                request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(Buffer.buffer(body));
        if (!reusable) {
            written.onComplete(done -> request.connection().close());
        }
    }

    /// A check needs none; the connection of one that has some is not waited for.
    private boolean hasBody() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }
}
