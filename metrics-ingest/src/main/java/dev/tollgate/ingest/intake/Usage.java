package dev.tollgate.ingest.intake;

import org.jspecify.annotations.Nullable;

/// What a producer says about one event beyond who, what and when; the fields of `RequestEvent` of those names.
public record Usage(
        @Nullable String userId,
        @Nullable String endpoint,
        @Nullable String method,
        @Nullable String route,
        long durationMs,
        long dbQueryCount,
        @Nullable Long dbDurationMs,
        @Nullable Integer responseStatus,
        long bytesSent,
        long bytesReceived,
        @Nullable Long bytesStored,
        long units) {}
