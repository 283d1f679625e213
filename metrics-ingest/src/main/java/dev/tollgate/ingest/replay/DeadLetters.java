package dev.tollgate.ingest.replay;

import java.util.function.Consumer;

/// The dead letter topic, to be read.
@FunctionalInterface
public interface DeadLetters {

    /// Gives every letter of the selection's partitions and offsets that is there when this begins, in the order of
    /// each partition.
    void read(LetterSelection selection, Consumer<Letter> each);
}
