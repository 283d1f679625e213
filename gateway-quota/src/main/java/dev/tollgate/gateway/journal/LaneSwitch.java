package dev.tollgate.gateway.journal;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Records into the lane that an event loop writes at the moment. Only that event loop may call it.
///
/// When the lane is replaced, outstanding slots move with their room: whatever was reserved before is recorded in the
/// lane that follows. Nothing is appended to the former lane any more, so that it is complete from then on and no slot
/// needs to know where it was born.
final class LaneSwitch implements RequestRecorder {

    private LaneRecorder current;

    LaneSwitch(LaneRecorder first) {
        this.current = first;
    }

    /// Goes over to that lane; false, and nothing changed, when it has no room for the outstanding slots.
    boolean moveTo(LaneRecorder next) {
        if (!next.takeOver(current.reservedBytes())) {
            return false;
        }
        current = next;
        return true;
    }

    long raiseFloor() {
        return current.raiseFloor();
    }

    @Override
    public Optional<RecordSlot> reserve(
            String tenantId, @Nullable String userId, String method, String endpoint, String route) {
        return current.reserve(tenantId, userId, method, endpoint, route);
    }

    @Override
    public UUID record(RecordSlot slot, RequestOutcome outcome) {
        return current.record(slot, outcome);
    }

    @Override
    public void release(RecordSlot slot) {
        current.release(slot);
    }

    @Override
    public UUID idNow(RecordSlot slot) {
        return current.idNow(slot);
    }
}
