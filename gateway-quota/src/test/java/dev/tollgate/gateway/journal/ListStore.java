package dev.tollgate.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A store of lanes in memory, whose recorders only keep time.
final class ListStore implements LaneStore {

    final List<JournalLane> lanes = new ArrayList<>();
    final List<Long> floorsMs = new ArrayList<>();
    boolean roomToTakeOver = true;

    @Override
    public List<JournalLane> existing() {
        return List.copyOf(lanes);
    }

    @Override
    public JournalLane create(String laneId) {
        ListLane lane = new ListLane(laneId);
        lanes.add(lane);
        return lane;
    }

    @Override
    public LaneRecorder recorder(JournalLane lane, long floorMs) {
        floorsMs.add(floorMs);
        return new LaneRecorder() {
            @Override
            public long raiseFloor() {
                return floorMs;
            }

            @Override
            public long reservedBytes() {
                return 0;
            }

            @Override
            public boolean takeOver(long bytes) {
                return roomToTakeOver;
            }

            @Override
            public Optional<RecordSlot> reserve(
                    String tenantId, @Nullable String userId, String method, String endpoint, String route) {
                return Optional.empty();
            }

            @Override
            public UUID record(RecordSlot slot, RequestOutcome outcome) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void release(RecordSlot slot) {}

            @Override
            public UUID idNow(RecordSlot slot) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public long bytesUsed() {
        return 0;
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void close() {}
}
