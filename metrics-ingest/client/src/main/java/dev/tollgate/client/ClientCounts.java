package dev.tollgate.client;

/// What became of the events since the client was made. Those that are in none of these numbers are on their way.
///
/// @param sent taken by the intake, now or by an earlier attempt
/// @param refused by the intake for good: the event is malformed, too old, or its id is another's
/// @param dropped never sent: memory was full, the tenant has no key, or the client was closed
/// @param expired tried until they were too old
public record ClientCounts(long sent, long refused, long dropped, long expired) {}
