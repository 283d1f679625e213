package dev.tollgate.ingest.replay;

import java.util.Optional;
import java.util.OptionalInt;

/// Which dead letters are meant: those that agree with everything that is given.
///
/// @param reason a text within the letter's reason
/// @param service who gave the original up
/// @param fromOffset, toOffset half-open, in the letters' own partitions
public record LetterSelection(
        Optional<String> reason, Optional<String> service, OptionalInt partition, long fromOffset, long toOffset) {

    public LetterSelection {
        if (fromOffset < 0 || toOffset < fromOffset) {
            throw new IllegalArgumentException("offsets must be 0 or more, and the first not after the last");
        }
    }

    public boolean isOf(int letterPartition) {
        return partition.isEmpty() || partition.getAsInt() == letterPartition;
    }

    boolean has(Letter letter) {
        return isOf(letter.partition())
                && letter.offset() >= fromOffset
                && letter.offset() < toOffset
                && reason.map(letter.reason()::contains).orElse(true)
                && service.map(letter.service()::equals).orElse(true);
    }
}
