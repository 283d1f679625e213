package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.violation.ViolationLog;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.FieldRules;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Decides whether requests may pass, whichever way they came: finds tenant and route, asks the plan, sets room aside
/// in the journal, asks the gate. One event loop owns an instance, and its applicants are answered there.
public final class Checkpoint {

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    /// What all event loops share; everything here is safe for all threads.
    ///
    /// @param tokens null when only API keys are accepted
    public record Shared(
            ProxySettings settings,
            Routes routes,
            TenantDirectory tenants,
            @Nullable Tokens tokens,
            StorageUsage storage,
            QuotaGate gate,
            ViolationLog violations) {}

    private final Shared shared;
    private final Callers callers;
    private final PlanGuard plans;
    private final RequestRecorder recorder;
    private final Executor eventLoop;
    private final IntSupplier passing;
    private int waiting;

    /// @param passing how many admitted requests of this event loop are not finished; with those that wait here they
    ///     count against the setting `requestsMax`
    public Checkpoint(Shared shared, RequestRecorder recorder, Executor eventLoop, IntSupplier passing) {
        this.shared = shared;
        this.callers = new Callers(shared.tenants(), shared.tokens());
        this.plans = new PlanGuard(shared.storage(), shared.violations());
        this.recorder = recorder;
        this.eventLoop = eventLoop;
        this.passing = passing;
    }

    /// Decides about a request with these credentials.
    public void decide(Applicant applicant, Credentials credentials) {
        waiting++;
        callers.find(credentials, eventLoop, caller -> {
            waiting--;
            decide(applicant, caller);
        });
    }

    /// Decides about a request of a tenant that somebody trusted names by its id.
    public void decideOfTenant(Applicant applicant, String tenantId) {
        decide(applicant, callers.named(tenantId));
    }

    private void decide(Applicant applicant, CallerLookup found) {
        switch (found) {
            case CallerLookup.Refused(String tenant, ProblemResponse answer, String reason) ->
                applicant.refused(new Refused(tenant, answer, reason, null));
            case CallerLookup.Known caller -> route(applicant, caller);
        }
    }

    private void route(Applicant applicant, CallerLookup.Known caller) {
        Tenant tenant = caller.tenant();
        String path = applicant.path();
        Optional<Route> found = shared.routes().find(path);
        if (found.isEmpty()) {
            refuse(applicant, tenant, ProblemResponse.of(ProblemType.NOT_FOUND, "no route covers this path"));
            return;
        }
        Route route = found.get();
        Optional<ProblemResponse> notInPlan = plans.refusal(tenant, route, applicant.method(), path);
        if (notInPlan.isPresent()) {
            refuse(applicant, tenant, notInPlan.get());
            return;
        }
        long cost = route.costUnits() * applicant.hits();
        if (cost > FieldRules.UNITS_MAX) {
            refuse(applicant, tenant, ProblemResponse.of(ProblemType.BAD_REQUEST, "the request costs too much"));
            return;
        }
        reserve(applicant, caller, route, cost);
    }

    private void reserve(Applicant applicant, CallerLookup.Known caller, Route route, long cost) {
        Tenant tenant = caller.tenant();
        if (passing.getAsInt() + waiting >= shared.settings().requestsMax()) {
            refuse(applicant, tenant, ProblemResponse.unavailable("too many requests are in progress", RETRY_SOON));
            return;
        }
        RecordSlot slot = null;
        if (applicant.leavesEvent()) {
            slot = recorder.reserve(
                            tenant.tenantId(), caller.userId(), applicant.method(), applicant.path(), route.name())
                    .orElse(null);
            if (slot == null && shared.settings().journalFull() == JournalFullPolicy.REFUSE) {
                refuse(applicant, tenant, ProblemResponse.unavailable("the journal of events is full", RETRY_SOON));
                return;
            }
        }
        ask(applicant, caller, route, cost, slot);
    }

    private void ask(
            Applicant applicant, CallerLookup.Known caller, Route route, long cost, @Nullable RecordSlot slot) {
        waiting++;
        shared.gate()
                .admit(
                        caller.tenant(),
                        route.quotaPolicy(),
                        cost,
                        eventLoop,
                        decision -> decided(applicant, caller, route, cost, slot, decision));
    }

    private void decided(
            Applicant applicant,
            CallerLookup.Known caller,
            Route route,
            long cost,
            @Nullable RecordSlot slot,
            QuotaDecision decision) {
        waiting--;
        Tenant tenant = caller.tenant();
        switch (decision) {
            case QuotaDecision.Admitted(var admission) -> {
                QuotaState watched = admission.watched();
                if (watched != null) {
                    violated(applicant, tenant, route, watched);
                }
                applicant.admitted(caller, route, admission, slot);
            }
            case QuotaDecision.Denied denied -> {
                release(slot);
                violated(applicant, tenant, route, denied.exhausted());
                applicant.refused(denied(tenant, route, cost, denied));
            }
            case QuotaDecision.Unavailable(String reason, Duration retryAfter) -> {
                release(slot);
                refuse(applicant, tenant, ProblemResponse.unavailable(reason, retryAfter));
            }
        }
    }

    private void violated(Applicant applicant, Tenant tenant, Route route, QuotaState spent) {
        shared.violations()
                .record(
                        tenant.tenantId(),
                        spent.quota(),
                        spent.limit(),
                        spent.current(),
                        route.name(),
                        applicant.path());
    }

    private static Refused denied(Tenant tenant, Route route, long cost, QuotaDecision.Denied denied) {
        ProblemResponse answer = cost > tenant.lowestLimit(route.quotaPolicy())
                ? ProblemResponse.costExceedsLimit(denied, cost)
                : ProblemResponse.quotaExceeded(denied);
        return new Refused(
                tenant.tenantId(),
                answer,
                answer.reason(),
                new Refused.Spent(
                        tenant,
                        route.quotaPolicy(),
                        denied.exhausted(),
                        RateLimitHeaders.retrySeconds(denied.retryAfter())));
    }

    private void release(@Nullable RecordSlot slot) {
        if (slot != null) {
            recorder.release(slot);
        }
    }

    private static void refuse(Applicant applicant, Tenant tenant, ProblemResponse answer) {
        applicant.refused(Refused.of(tenant.tenantId(), answer));
    }

    /// Requests that wait for the gate's answer.
    public int waiting() {
        return waiting;
    }
}
