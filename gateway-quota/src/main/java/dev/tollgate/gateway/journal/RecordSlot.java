package dev.tollgate.gateway.journal;

/// Room in the journal for the event of one admitted request, and the random half of that event's id, which is
/// fixed this early so that the response can name the event before it exists.
///
/// @param bytes how much of the lane is set aside
public record RecordSlot(int bytes, long randomA, long randomB) {}
