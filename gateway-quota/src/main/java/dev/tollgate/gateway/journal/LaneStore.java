package dev.tollgate.gateway.journal;

import java.util.List;

/// Where lanes live. One process owns a store at a time.
public interface LaneStore extends AutoCloseable {

    /// The lanes that earlier processes left, recovered.
    List<JournalLane> existing();

    /// A new, empty lane.
    JournalLane create(String laneId);

    /// The one recorder of a lane of this store.
    ///
    /// @param floorMs no event may be earlier
    LaneRecorder recorder(JournalLane lane, long floorMs);

    /// What all lanes take on the disk.
    long bytesUsed();

    /// Whether some lane that is written has no spare room and cannot get any.
    boolean isFull();

    /// Lets go of all lanes, which nobody may use afterwards.
    @Override
    void close();
}
