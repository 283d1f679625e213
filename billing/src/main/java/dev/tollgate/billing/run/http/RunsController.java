package dev.tollgate.billing.run.http;

import dev.tollgate.billing.run.ItemState;
import dev.tollgate.billing.run.RunItem;
import dev.tollgate.billing.run.StartOutcome;
import dev.tollgate.billing.run.postgres.PostgresRuns;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Billing runs over HTTP.
@RestController
public final class RunsController {

    private static final String RUNS = "/v1/billing/runs";

    private final OperatorAccess access;
    private final PostgresRuns runs;
    private final Runnable wakeWorkers;
    private final InstantSource clock;

    /// @param wakeWorkers called when a run was started
    public RunsController(OperatorAccess access, PostgresRuns runs, Runnable wakeWorkers, InstantSource clock) {
        this.access = access;
        this.runs = runs;
        this.wakeWorkers = wakeWorkers;
        this.clock = clock;
    }

    @PostMapping(path = RUNS, consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<RunView> start(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            HttpServletRequest request)
            throws SQLException, IOException {
        Operator operator = access.require(authorization, Role.FINANCE);
        String key = Parameters.idempotencyKey(idempotencyKey);
        YearMonth month = RunRequest.month(request.getInputStream());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        refuseUnfinished(month, now);
        return switch (runs.start(month, key, operator.name(), now)) {
            case StartOutcome.KeyReused(UUID other) ->
                throw ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED, "this key started the run " + other + " of another month");
            case StartOutcome.Started(UUID runId, boolean created) -> {
                wakeWorkers.run();
                yield ResponseEntity.status(HttpStatus.ACCEPTED)
                        .location(URI.create(RUNS + "/" + runId))
                        .body(view(runId));
            }
        };
    }

    @GetMapping(RUNS + "/{runId}")
    RunView run(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @PathVariable("runId") String runId)
            throws SQLException {
        access.require(authorization, Role.FINANCE, Role.AUDITOR);
        return view(Parameters.id(runId, "run"));
    }

    @GetMapping(RUNS + "/{runId}/items")
    Page<ItemView> items(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @PathVariable("runId") String runId,
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        access.require(authorization, Role.FINANCE, Role.AUDITOR);
        UUID id = view(Parameters.id(runId, "run")).runId();
        int size = Parameters.limit(limit);
        List<RunItem> rows = runs.items(id, optionalState(state), Parameters.after(cursor), size + 1);
        return Page.of(rows, size, ItemView::of, RunItem::tenantId);
    }

    private RunView view(UUID runId) throws SQLException {
        return runs.find(runId)
                .map(RunView::of)
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "no run " + runId));
    }

    private static void refuseUnfinished(YearMonth month, Instant now) {
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        if (now.isBefore(end)) {
            throw new ProblemException(
                    Problem.of(ProblemType.PERIOD_OPEN, month + " ends at " + end + "; only past months are billed")
                            .with("field", "month"));
        }
    }

    private static Optional<ItemState> optionalState(@Nullable String state) {
        if (state == null) {
            return Optional.empty();
        }
        return Optional.of(ItemState.fromWireName(state)
                .orElseThrow(() ->
                        ProblemException.field("state", "must be waiting, closed, already-closed, held or parked")));
    }
}
