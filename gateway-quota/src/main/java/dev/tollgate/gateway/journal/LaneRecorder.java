package dev.tollgate.gateway.journal;

/// The writing side of a lane with what its keeper needs. Only the lane's event loop may call it.
public interface LaneRecorder extends RequestRecorder {

    /// Reads the clock: no later event of the lane is earlier than the answer (epoch milliseconds).
    long raiseFloor();

    /// The room of all slots that are neither recorded nor released.
    long reservedBytes();

    /// Sets that much room aside for slots of another lane, which are recorded here from then on; false, and nothing
    /// set aside, when there is not so much.
    boolean takeOver(long bytes);
}
