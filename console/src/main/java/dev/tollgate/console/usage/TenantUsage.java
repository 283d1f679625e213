package dev.tollgate.console.usage;

/// What a tenant used since the first of the month (UTC), from its hourly buckets.
///
/// @param tier its tier in force, or `-` for a tenant that nobody registered
/// @param requests requests of every kind
/// @param failed answers of 4xx and 5xx
/// @param bytesSent bytes of responses
public record TenantUsage(
        String tenantId, String displayName, String tier, long requests, long failed, long bytesSent) {}
