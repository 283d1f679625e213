package dev.tollgate.gateway.door.vertx;

import dev.tollgate.gateway.door.CheckStyle;
import dev.tollgate.gateway.door.DoorCaller;
import dev.tollgate.gateway.door.DoorFields;
import dev.tollgate.gateway.door.DoorMeter;
import dev.tollgate.gateway.door.DoorReading;
import dev.tollgate.gateway.door.DoorSettings;
import dev.tollgate.gateway.door.DoorVerdict;
import dev.tollgate.gateway.door.Doorkeeper;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.proxy.vertx.LoopHost;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Answers the checks of one event loop, which owns it.
final class CheckHandler {

    static final String PATH = "/v1/check";

    private static final String DESCRIPTION_PATH = "/openapi.yaml";
    private static final byte[] DESCRIPTION = description();

    /// The door's name in metrics.
    static final String DOOR = "check";

    private final CheckStyle style;
    private final DoorFields fields;
    private final Doorkeeper doorkeeper;
    private final DoorMeter meter;
    private final LoopHost host;

    CheckHandler(DoorSettings settings, Doorkeeper doorkeeper, DoorMeter meter, LoopHost host) {
        this.style = settings.checkStyle();
        this.fields = new DoorFields(settings.xRateLimit());
        this.doorkeeper = doorkeeper;
        this.meter = meter;
        this.host = host;
    }

    void handle(HttpServerRequest request) {
        CheckAnswer answer = new CheckAnswer(request, host.date());
        boolean describes = DESCRIPTION_PATH.equals(request.path());
        if (!describes && !PATH.equals(request.path())) {
            String there = "there are " + PATH + " and " + DESCRIPTION_PATH + " alone";
            answer.problem(404, ProblemResponse.of(ProblemType.NOT_FOUND, there), "");
            return;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            answer.problem(405, ProblemResponse.of(ProblemType.METHOD_NOT_ALLOWED, "checks are GET or HEAD"), "");
            return;
        }
        if (describes) {
            answer.description(DESCRIPTION);
            return;
        }
        switch (read(request)) {
            case DoorReading.BadQuestion(String reason) -> {
                host.refused(400, Refused.UNKNOWN_TENANT, reason, PATH);
                meter.answered(DOOR, 400);
                answer.problem(400, ProblemResponse.of(ProblemType.BAD_REQUEST, reason), PATH);
            }
            case DoorReading.BadRequest(ProblemResponse problem, String path) ->
                refuse(answer, Refused.of(Refused.UNKNOWN_TENANT, problem), path);
            case DoorReading.Asked(var question) ->
                doorkeeper.ask(question, verdict -> decided(answer, question.path(), verdict));
        }
    }

    private static byte[] description() {
        try (InputStream resource = CheckHandler.class.getResourceAsStream("/openapi/gateway-check.yaml")) {
            return Objects.requireNonNull(resource, "the door's description is missing")
                    .readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private DoorReading read(HttpServerRequest request) {
        List<String> methods = request.headers().getAll(style.methodField());
        List<String> targets = request.headers().getAll(style.targetField());
        if (methods.size() != 1 || targets.size() != 1) {
            return new DoorReading.BadQuestion("the original request must be described by one " + style.methodField()
                    + " and one " + style.targetField());
        }
        Optional<Credentials> credentials = Credentials.of(
                request.headers().getAll(Credentials.API_KEY_HEADER),
                request.headers().getAll(HttpHeaders.AUTHORIZATION));
        DoorCaller caller =
                credentials.<DoorCaller>map(DoorCaller.Presented::new).orElseGet(DoorCaller.Nobody::new);
        return DoorReading.of(
                caller,
                methods.getFirst(),
                targets.getFirst(),
                1,
                () -> request.response().closed());
    }

    private void decided(CheckAnswer answer, String path, DoorVerdict verdict) {
        switch (verdict) {
            case DoorVerdict.Allowed allowed -> {
                meter.answered(DOOR, 200);
                answer.allowed(allowed, fields.of(allowed));
            }
            case DoorVerdict.Denied(Refused refused) -> refuse(answer, refused, path);
            case DoorVerdict.Gone gone -> host.refused(499, Refused.UNKNOWN_TENANT, "nobody waits any more", path);
        }
    }

    private void refuse(CheckAnswer answer, Refused refused, String path) {
        int status = refused.answer().status();
        host.refused(status, refused.tenantId(), refused.reason(), path);
        meter.answered(DOOR, status);
        answer.refused(style.answered(status), refused, fields.of(refused), path);
    }
}
