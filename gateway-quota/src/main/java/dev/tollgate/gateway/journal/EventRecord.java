package dev.tollgate.gateway.journal;

/// One event as it stands in a lane.
///
/// @param endPosition the position right after it: where reading goes on, and the cursor once it is published
/// @param json the encoded `RequestEvent`
public record EventRecord(long endPosition, int partition, long sequence, long eventTimeMs, byte[] json) {}
