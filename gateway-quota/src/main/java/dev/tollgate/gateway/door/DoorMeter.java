package dev.tollgate.gateway.door;

/// Counts what doors answer. Safe for use by several threads.
public interface DoorMeter {

    /// @param door its name, for instance `check`
    /// @param status what the request's client should get: 200 when it may pass
    void answered(String door, int status);

    /// A request was admitted although the journal had no room for its event.
    void unrecorded();
}
