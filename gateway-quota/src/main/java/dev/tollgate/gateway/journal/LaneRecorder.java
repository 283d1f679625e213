package dev.tollgate.gateway.journal;

/// The writing side of a lane with what its keeper needs. Only the lane's event loop may call it.
public interface LaneRecorder extends RequestRecorder {

    /// Reads the clock: no later event of the lane is earlier than the answer (epoch milliseconds).
    long raiseFloor();
}
