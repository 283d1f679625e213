package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeUnavailableException;
import dev.tollgate.ingest.intake.Voiding;
import dev.tollgate.ingest.intake.metrics.IntakeMeters;
import dev.tollgate.ingest.intake.metrics.IntakeMeters.Bound;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.TenantAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
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
    private final IntakeBounds bounds;
    private final Places places;
    private final IntakeMeters meters;

    public EventsController(
            TenantAccess access,
            Intake intake,
            Voiding voiding,
            IntakeBounds bounds,
            IntakeMeters meters,
            LongSupplier nanoTime) {
        this.access = access;
        this.desk = new Desk(intake, voiding);
        this.bodies = new BodyReader(bounds, nanoTime);
        this.bounds = bounds;
        this.places = new Places(bounds.requestsMax(), bounds.requestsPerTenantMax());
        this.meters = meters;
    }

    @PostMapping("/v1/events")
    ResponseEntity<Object> take(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            HttpServletRequest request)
            throws SQLException {
        TenantKey key = access.require(authorization, Scope.EVENTS_WRITE);
        return switch (places.enter(key.tenantId())) {
            case ENTERED -> takeAndLeave(key, request);
            case TENANT_FULL ->
                busy(
                        Bound.TENANT,
                        ProblemType.TOO_MANY_REQUESTS,
                        "at most " + bounds.requestsPerTenantMax() + " requests of one tenant at a time; send it again",
                        request);
            case INSTANCE_FULL ->
                busy(Bound.INSTANCE, ProblemType.UNAVAILABLE, "the intake is busy; send it again", request);
        };
    }

    private ResponseEntity<Object> busy(Bound bound, ProblemType type, String detail, HttpServletRequest request) {
        meters.busy(bound);
        return Answers.problem(
                Problem.of(type, detail).with("retryAfterSeconds", BUSY_RETRY_SECONDS), request.getRequestURI());
    }

    private ResponseEntity<Object> takeAndLeave(TenantKey key, HttpServletRequest request) throws SQLException {
        try {
            return take(key, request);
        } catch (IntakeUnavailableException e) {
            if (e.getCause() instanceof SQLException database) {
                throw database;
            }
            throw e;
        } finally {
            places.leave(key.tenantId());
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
        outcomes.forEach(outcome -> meters.event(outcome.kind(), outcome.status()));
        return parsed.isList() ? Answers.list(outcomes) : Answers.single(outcomes.getFirst(), request.getRequestURI());
    }
}
