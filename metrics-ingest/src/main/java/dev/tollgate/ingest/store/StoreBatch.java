package dev.tollgate.ingest.store;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.List;
import java.util.Map;

/// What one transaction stores.
///
/// @param rows in the order of `EventRow.BY_KEY`
/// @param sequences the new state of every source that the batch touched
/// @param moves every partition of the batch with the offset after its last record
public record StoreBatch(List<EventRow> rows, Map<String, SequenceState> sequences, List<Move> moves) {

    public StoreBatch {
        rows = List.copyOf(rows);
        sequences = Map.copyOf(sequences);
        moves = List.copyOf(moves);
    }

    /// Which sequences of a source were seen.
    public record SequenceState(int partition, SourceSequences seen) {}

    /// A partition's step; `nextOffset` is never below that of the claim.
    public record Move(Claim claim, long nextOffset) {}
}
