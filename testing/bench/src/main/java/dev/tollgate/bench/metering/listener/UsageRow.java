package dev.tollgate.bench.metering.listener;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The event as a data binder sees it.
record UsageRow(
        UUID id,
        String tenantId,
        @Nullable String userId,
        String eventType,
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
        long units,
        Instant eventTime,
        String source,
        long sequence,
        @Nullable UUID voids) {}
