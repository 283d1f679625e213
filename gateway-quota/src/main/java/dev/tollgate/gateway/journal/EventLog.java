package dev.tollgate.gateway.journal;

import java.util.function.Consumer;

/// The log that the journal is published to. `offer` and the others are called by the publisher's thread only;
/// answers come on any thread, for one partition in the order of the offers, and none after `recover` for what was
/// offered before it.
public interface EventLog extends AutoCloseable {

    /// What became of an offer.
    sealed interface Answer {

        /// The log has it.
        record Stored() implements Answer {}

        /// The log will never take it, whatever is tried.
        record Refused(String reason) implements Answer {}

        /// Unknown: it may be in the log or not, and so may everything offered after it.
        record Lost(String reason) implements Answer {}
    }

    /// Sends the event; false when nothing can be taken now (then no answer comes).
    boolean offer(EventRecord event, Consumer<Answer> answer);

    /// Sends a refused event to the dead letters, with the reason.
    boolean offerDeadLetter(EventRecord event, String reason, Consumer<Answer> answer);

    /// Sends, in the place of a refused event, a record that carries its source and sequence only: consumers reject
    /// it and count the sequence as seen, so that the source can still become complete.
    boolean offerStandIn(EventRecord event, Consumer<Answer> answer);

    /// Forgets everything in flight and starts anew.
    void recover();

    /// Waits for nothing.
    @Override
    void close();
}
