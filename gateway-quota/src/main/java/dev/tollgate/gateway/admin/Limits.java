package dev.tollgate.gateway.admin;

/// Limits and features of a plan or a tenant.
public record Limits(
        String tier,
        long requestsPerMinute,
        long requestsPerHour,
        long requestsPerDay,
        long requestsPerMonth,
        long dbQueriesPerHour,
        long dbStorageMb,
        boolean advancedAnalyticsEnabled,
        boolean aiFeaturesEnabled,
        boolean customIntegrationsEnabled) {}
