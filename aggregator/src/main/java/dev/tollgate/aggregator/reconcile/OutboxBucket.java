package dev.tollgate.aggregator.reconcile;

import dev.tollgate.aggregator.fold.HourKey;

/// A recomputed bucket on its way to `usage.hourly.v1`.
///
/// @param payload the encoded bucket
public record OutboxBucket(long outboxId, HourKey key, byte[] payload) {}
