package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.tenant.Tenant;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// A request that passed every check, with the tokens it took.
///
/// @param userId the tenant's user, when the credentials name one
/// @param slot its room in the journal; null when it was admitted although the journal is full
/// @param startedNanos monotonic moment of its arrival
record AdmittedRequest(
        HttpServerRequest request,
        Tenant tenant,
        @Nullable String userId,
        Route route,
        RequestTarget.Origin target,
        Credentials credentials,
        Admission admission,
        @Nullable RecordSlot slot,
        long startedNanos) {

    String tenantId() {
        return tenant.tenantId();
    }

    /// Writes how the request's quota stands into the fields of its response.
    void writeRateLimit(RateLimitFields fields) {
        fields.write(
                tenant,
                route.quotaPolicy(),
                admission.closest(),
                request.response().headers());
    }
}
