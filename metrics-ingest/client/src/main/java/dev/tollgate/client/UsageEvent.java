package dev.tollgate.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One event as the intake takes it; what is null is left out.
///
/// @param type what happened
/// @param endpoint path without query, at most 2,048 characters
/// @param route at most 128 characters
/// @param bytesStored what the tenant stores after the event; needed for `STORAGE_WRITE`
/// @param units cost; null for the intake's default, 1 for a request and 0 for anything else
public record UsageEvent(
        Type type,
        Instant time,
        @Nullable String userId,
        @Nullable String endpoint,
        @Nullable String method,
        @Nullable String route,
        long durationMs,
        long dbQueryCount,
        @Nullable Integer responseStatus,
        long bytesSent,
        long bytesReceived,
        @Nullable Long bytesStored,
        @Nullable Long units) {

    /// What an event measures.
    public enum Type {
        API_REQUEST("api_request"),
        DB_QUERY("db_query"),
        STORAGE_WRITE("storage_write"),
        AI_REQUEST("ai_request");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        String cloudEventType() {
            return "dev.tollgate.usage." + wireName + ".v1";
        }
    }
}
