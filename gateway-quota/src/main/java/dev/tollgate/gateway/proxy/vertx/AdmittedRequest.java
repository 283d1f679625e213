package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.RateLimitHeaders;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A request that passed every check, with the tokens it took.
///
/// @param slot its room in the journal; null when it was admitted although the journal is full
/// @param startedNanos monotonic moment of its arrival
record AdmittedRequest(
        HttpServerRequest request,
        String tenantId,
        Route route,
        RequestTarget.Origin target,
        Credentials credentials,
        Admission admission,
        QuotaState closest,
        @Nullable RecordSlot slot,
        long startedNanos) {

    /// The answer to it when it fails.
    ///
    /// @param eventId null when there is no event
    ProblemResponse problem(ProblemType type, String detail, @Nullable UUID eventId) {
        Map<String, String> headers = new HashMap<>();
        RateLimitHeaders.forEach(closest, headers::put);
        if (eventId != null) {
            headers.put(MessageHeaders.REQUEST_ID, eventId.toString());
        }
        return new ProblemResponse(Problem.of(type, detail), headers);
    }
}
