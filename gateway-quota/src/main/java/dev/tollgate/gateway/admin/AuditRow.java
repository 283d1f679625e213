package dev.tollgate.gateway.admin;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An entry of the audit log.
///
/// @param before the subject's columns before the change; null for what did not exist
/// @param after the same afterwards; null for what does not exist any more
public record AuditRow(
        long auditId,
        Instant recordedAt,
        String actor,
        String action,
        @Nullable String tenantId,
        String subject,
        @Nullable Map<String, Object> before,
        @Nullable Map<String, Object> after,
        @Nullable String reason) {}
