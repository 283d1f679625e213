package dev.tollgate.ingest.batch;

import java.util.List;

/// Where records go that cannot be used.
@FunctionalInterface
public interface DeadLetterQueue {

    /// Returns once every letter is acknowledged, and throws otherwise. Called before the transaction that counts
    /// the records as handled, so a letter can be sent twice and never be lost.
    void send(List<DeadLetter> letters);
}
