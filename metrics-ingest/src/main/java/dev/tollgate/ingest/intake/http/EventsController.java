package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeUnavailableException;
import dev.tollgate.ingest.intake.Voiding;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.TenantAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/events`: CloudEvents of a tenant, by its keys with `events:write`.
@RestController
public final class EventsController {

    private static final int BUSY_RETRY_SECONDS = 1;

    private final TenantAccess access;
    private final Desk desk;
    private final BodyReader bodies;
    private final Semaphore slots;

    public EventsController(
            TenantAccess access, Intake intake, Voiding voiding, IntakeBounds bounds, LongSupplier nanoTime) {
        this.access = access;
        this.desk = new Desk(intake, voiding);
        this.bodies = new BodyReader(bounds, nanoTime);
        this.slots = new Semaphore(bounds.requestsMax());
    }

    @PostMapping("/v1/events")
    ResponseEntity<Object> take(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            HttpServletRequest request)
            throws SQLException {
        TenantKey key = access.require(authorization, Scope.EVENTS_WRITE);
        if (!slots.tryAcquire()) {
            return Answers.problem(
                    Problem.of(ProblemType.UNAVAILABLE, "the intake is busy; send it again")
                            .with("retryAfterSeconds", BUSY_RETRY_SECONDS),
                    request.getRequestURI());
        }
        try {
            return take(key, request);
        } catch (IntakeUnavailableException e) {
            if (e.getCause() instanceof SQLException database) {
                throw database;
            }
            throw e;
        } finally {
            slots.release();
        }
    }

    private ResponseEntity<Object> take(TenantKey key, HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw RequestParser.unsupported("send the body without a content encoding");
        }
        String contentType = request.getContentType();
        String mediaType = contentType == null ? "" : MediaTypes.bare(contentType);
        RequestParser.Parsed parsed = RequestParser.parse(mediaType, bodies.read(request), request, key);
        List<Outcome> outcomes = desk.take(parsed.items());
        return parsed.isList() ? Answers.list(outcomes) : Answers.single(outcomes.getFirst(), request.getRequestURI());
    }
}
