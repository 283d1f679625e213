package dev.tollgate.bench.metering;

import java.time.Instant;

/// What stands in `usage.requests.v1`: nothing but valid events, each source complete, none twice.
///
/// @param events how many
/// @param from the earliest time that an event can have
/// @param to after the latest time
public record FilledTopic(long events, Instant from, Instant to) {}
