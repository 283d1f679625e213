package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.journal.RecordSlot;
import org.jspecify.annotations.Nullable;

/// A request on its way through a [Checkpoint]. It is told once what becomes of it: `admitted` or `refused`.
public interface Applicant {

    /// HTTP method, a token.
    String method();

    /// Path without query, as [RequestTarget] accepts it.
    String path();

    /// How many times the route's cost it takes.
    default long hits() {
        return 1;
    }

    /// Whether room in the journal is needed for its event.
    default boolean leavesEvent() {
        return true;
    }

    /// It may pass with the tokens that it holds, and must end `admission` and `slot`.
    ///
    /// @param slot null when it leaves no event, or when it was admitted although the journal is full
    void admitted(CallerLookup.Known caller, Route route, Admission admission, @Nullable RecordSlot slot);

    /// It may not pass. Nothing was taken, and nothing is set aside for it.
    void refused(Refused refused);
}
