package dev.tollgate.gateway.journal;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes one event per admitted request into one lane. Only the lane's event loop may call it.
///
/// Room is set aside before a request is admitted, so that `record` never lacks it. Every slot ends in exactly
/// one `record` or `release`.
public interface RequestRecorder {

    /// Sets room aside for a request with these texts; empty when the journal is full.
    ///
    /// @param userId null for a request without a user
    Optional<RecordSlot> reserve(
            String tenantId, @Nullable String userId, String method, String endpoint, String route);

    /// Appends the event and returns its id. Once this returns, the event survives the death of the process.
    UUID record(RecordSlot slot, RequestOutcome outcome);

    /// Gives the room back: the request leaves no event.
    void release(RecordSlot slot);

    /// The id that the event would have were it appended now. Later the leading 48 bits (time) may be greater;
    /// the rest stays.
    UUID idNow(RecordSlot slot);
}
