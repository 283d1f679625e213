package dev.tollgate.ingest.intake.accesslog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One request as an access log tells it.
///
/// @param host the client's address or name
/// @param user the authenticated user, if any
/// @param method null when the request line is none of HTTP
/// @param path without query; null when the request line is none of HTTP
/// @param bytesSent 0 for `-`
public record LogLine(
        String host,
        @Nullable String user,
        Instant time,
        @Nullable String method,
        @Nullable String path,
        int status,
        long bytesSent) {

    private static final int ERROR_STATUS_MIN = 400;

    public boolean isError() {
        return status >= ERROR_STATUS_MIN;
    }
}
