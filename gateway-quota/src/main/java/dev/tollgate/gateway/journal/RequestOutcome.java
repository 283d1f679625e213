package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.EventType;
import org.jspecify.annotations.Nullable;

/// What is known of a request when it ends; the recorder adds identity and time.
///
/// @param endpoint path without query
/// @param responseStatus what the client got, or would have got; [#STATUS_UNKNOWN] when somebody else answers it
/// @param bytesSent bytes of the response's body, bytesReceived bytes of the request's body
/// @param units cost; 0 when no byte reached the upstream
public record RequestOutcome(
        String tenantId,
        @Nullable String userId,
        EventType eventType,
        String endpoint,
        String method,
        String route,
        long durationMs,
        long dbQueryCount,
        int responseStatus,
        long bytesSent,
        long bytesReceived,
        long units) {

    /// The event then carries no status.
    public static final int STATUS_UNKNOWN = 0;
}
