package dev.tollgate.bench.metering.aggregator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the fold needs of an event, as a data binder sees it.
record DslEvent(
        String tenantId,
        String eventType,
        long durationMs,
        long dbQueryCount,
        @Nullable Integer responseStatus,
        long bytesSent,
        long bytesReceived,
        long units,
        Instant eventTime) {}
