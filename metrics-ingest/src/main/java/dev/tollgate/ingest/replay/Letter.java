package dev.tollgate.ingest.replay;

import org.jspecify.annotations.Nullable;

/// A dead letter as it lies in its topic.
///
/// @param partition, offset where it lies, not where its original was
/// @param service who gave the original up
/// @param reason why, with the field's name before it
/// @param value the original's bytes
public record Letter(
        int partition, long offset, String tenant, String service, String reason, byte @Nullable [] value) {}
