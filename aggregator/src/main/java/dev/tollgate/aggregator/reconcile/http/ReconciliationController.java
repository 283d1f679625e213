package dev.tollgate.aggregator.reconcile.http;

import dev.tollgate.aggregator.reconcile.Acceptance;
import dev.tollgate.aggregator.reconcile.ReconcileState;
import dev.tollgate.aggregator.reconcile.StoredFinding;
import dev.tollgate.aggregator.reconcile.postgres.PostgresFindings;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What the reconciler found, and an operator's word that a finding is lived with.
@RestController
public final class ReconciliationController {

    private static final String RECONCILIATION = "/v1/reconciliation";
    private static final int BODY_BYTES_MAX = 8_192;
    private static final int REASON_CHARS_MAX = 500;

    private final OperatorAccess access;
    private final PostgresFindings findings;
    private final InstantSource clock;

    public ReconciliationController(OperatorAccess access, PostgresFindings findings, InstantSource clock) {
        this.access = access;
        this.findings = findings;
        this.clock = clock;
    }

    @GetMapping(RECONCILIATION)
    ResponseEntity<ReconciliationView> state(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        access.require(authorization, Role.OPERATOR, Role.AUDITOR, Role.FINANCE);
        int size = Parameters.limit(limit);
        ReconcileState state = findings.state(afterId(cursor), size + 1, clock.instant());
        Page<FindingView> page =
                Page.of(state.findings(), size, FindingView::of, finding -> Long.toString(finding.id()));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(ReconciliationView.of(state, page));
    }

    @PostMapping(RECONCILIATION + "/findings/{id}/accept")
    ResponseEntity<FindingView> accept(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @PathVariable("id") String id,
            HttpServletRequest request)
            throws SQLException, IOException {
        Operator operator = access.require(authorization, Role.OPERATOR);
        String reason = JsonBody.readOptional(request, BODY_BYTES_MAX)
                .present()
                .only(Set.of("reason"))
                .text("reason", REASON_CHARS_MAX);
        return switch (findings.accept(number(id), reason, operator.name())) {
            case Acceptance.Accepted(StoredFinding finding) ->
                ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(FindingView.of(finding));
            case Acceptance.Closed(StoredFinding finding) ->
                throw ProblemException.of(
                        ProblemType.CONFLICT, "finding " + finding.id() + " has ended: " + finding.resolution());
            case Acceptance.Refused(String why) -> throw ProblemException.of(ProblemType.CONFLICT, why);
            case Acceptance.Unknown() -> throw unknown(id);
        };
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException notANumber) {
            throw unknown(id);
        }
    }

    private static ProblemException unknown(String id) {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no finding " + id);
    }

    private static long afterId(@Nullable String cursor) {
        String after = Parameters.after(cursor);
        try {
            return after.isEmpty() ? 0 : Long.parseLong(after);
        } catch (NumberFormatException notANumber) {
            throw Parameters.badCursor();
        }
    }
}
