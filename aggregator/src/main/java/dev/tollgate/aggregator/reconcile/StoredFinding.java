package dev.tollgate.aggregator.reconcile;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `reconciliation_findings`.
///
/// @param tenantId with `hour`: of what is wrong with rows or sums; null for what a source as a whole lacks or has
/// @param source with the sequences, both ends included: of what is wrong with rows; null for sums
/// @param expected a JSON object of counts, by column
/// @param actual a JSON object of counts, by column
/// @param periodId the closed period that the raw rows no longer bear out
/// @param resolution how it ended; null while it is open
public record StoredFinding(
        long id,
        FindingKind kind,
        @Nullable String tenantId,
        @Nullable Instant hour,
        @Nullable String source,
        @Nullable Long sequenceFrom,
        @Nullable Long sequenceTo,
        String expected,
        String actual,
        Instant firstSeenAt,
        Instant lastSeenAt,
        int timesSeen,
        @Nullable UUID periodId,
        @Nullable Instant resolvedAt,
        @Nullable String resolution) {

    public static final String ACCEPTED = "accepted";
}
