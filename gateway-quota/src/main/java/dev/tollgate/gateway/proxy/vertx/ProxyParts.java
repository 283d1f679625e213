package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.proxy.Checkpoint;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.Routes;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.violation.ViolationLog;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What all event loops of the proxy share; everything here is safe for all threads.
///
/// @param tokens null when only API keys are accepted
/// @param epochMs what the Date field of the gateway's own answers says
/// @param nanoTime monotonic nanoseconds
public record ProxyParts(
        ProxySettings settings,
        Routes routes,
        TenantDirectory tenants,
        @Nullable Tokens tokens,
        StorageUsage storage,
        QuotaGate gate,
        ViolationLog violations,
        ProxyMetrics metrics,
        LongSupplier epochMs,
        LongSupplier nanoTime) {

    Checkpoint.Shared checkpoint() {
        return new Checkpoint.Shared(settings, routes, tenants, tokens, storage, gate, violations);
    }
}
