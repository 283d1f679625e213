package dev.tollgate.ingest.store;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.List;
import java.util.Map;

/// What one transaction stores beside its rows.
///
/// @param sequences the new state of every source that the batch touched
/// @param moves every partition of the batch with the offset after its last record
public record StoreBatch(Map<String, SequenceState> sequences, List<Move> moves) {

    public StoreBatch {
        sequences = Map.copyOf(sequences);
        moves = List.copyOf(moves);
    }

    /// Which sequences of a source were seen.
    public record SequenceState(int partition, SourceSequences seen) {}

    /// A partition's step; `nextOffset` is never below that of the claim.
    public record Move(Claim claim, long nextOffset) {}
}
