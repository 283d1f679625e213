package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.IntakeUnavailableException;
import dev.tollgate.ingest.intake.VoidResult;
import dev.tollgate.ingest.intake.Voiding;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// `PUT /v1/tenants/{tenantId}/events/{eventId}/void`: finance takes any stored event back, also one of a gateway. The
/// id, which carries the event's time, is the one under which the event was published. The audit log names who and why.
@RestController
public final class VoidsController {

    private static final int BODY_BYTES_MAX = 8 * 1_024;

    private final OperatorAccess access;
    private final Voiding voiding;

    public VoidsController(OperatorAccess access, Voiding voiding) {
        this.access = access;
        this.voiding = voiding;
    }

    @PutMapping(path = "/v1/tenants/{tenantId}/events/{eventId}/void", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> take(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @PathVariable("tenantId") String tenantId,
            @PathVariable("eventId") String eventId,
            HttpServletRequest request)
            throws SQLException, IOException {
        Operator operator = access.require(authorization, Role.FINANCE);
        String tenant = Parameters.tenant(tenantId);
        UUID event = Parameters.id(eventId, "event");
        String reason = JsonBody.read(request.getInputStream(), BODY_BYTES_MAX)
                .only(Set.of("reason"))
                .text("reason", Voiding.REASON_CHARS_MAX);
        try {
            return answer(event, voiding.acceptOfStaff(tenant, event, reason, operator.name()));
        } catch (IntakeUnavailableException e) {
            if (e.getCause() instanceof SQLException database) {
                throw database;
            }
            throw e;
        }
    }

    private static ResponseEntity<Object> answer(UUID event, VoidResult result) {
        return switch (result) {
            case VoidResult.Accepted(UUID voidId) -> taken(Outcome.ACCEPTED, event, voidId);
            case VoidResult.Repeated(UUID voidId) -> taken(Outcome.REPEATED, event, voidId);
            case VoidResult.Conflict() ->
                throw ProblemException.of(ProblemType.CONFLICT, "the event was taken back before, with another reason");
            case VoidResult.AlreadyVoided() -> throw new ProblemException(Outcome.alreadyVoided());
            case VoidResult.Unknown() ->
                throw ProblemException.of(ProblemType.NOT_FOUND, "the tenant has no stored event " + event);
            case VoidResult.Underway() ->
                throw ProblemException.of(ProblemType.EVENT_NOT_STORED, "the event is not stored yet");
            case VoidResult.Invalid(String field, String reason) ->
                throw new ProblemException(Problem.of(ProblemType.INVALID_EVENT, "the event " + reason));
        };
    }

    private static ResponseEntity<Object> taken(int status, UUID event, UUID voidId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status);
        body.put("eventId", voidId.toString());
        body.put("voids", event.toString());
        return ResponseEntity.status(status).body(body);
    }
}
