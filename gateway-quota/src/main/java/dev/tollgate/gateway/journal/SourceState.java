package dev.tollgate.gateway.journal;

/// What the database knows of a registered source.
///
/// @param open whether it is neither sealed nor abandoned
public record SourceState(boolean open, long heartbeatMs) {}
