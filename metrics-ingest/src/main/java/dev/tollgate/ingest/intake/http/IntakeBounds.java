package dev.tollgate.ingest.intake.http;

import java.time.Duration;

/// What one instance of the intake takes on at most.
///
/// @param bodyBytesMax of one request
/// @param bodyTimeMax from the first look at a body to its end
/// @param requestsMax requests whose bodies are in memory at a time; what comes beyond is told to come again
/// @param requestsPerTenantMax of one tenant among them
public record IntakeBounds(int bodyBytesMax, Duration bodyTimeMax, int requestsMax, int requestsPerTenantMax) {}
