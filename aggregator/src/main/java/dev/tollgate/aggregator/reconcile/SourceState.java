package dev.tollgate.aggregator.reconcile;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.ArrayList;
import java.util.List;

/// A source of which something is not stored.
///
/// @param last the last sequence that must be stored
/// @param highest the last one that is
/// @param missing below `highest`, in order
/// @param note what else is known of the source, for people
public record SourceState(
        String source, int partition, long last, long highest, List<SourceSequences.Range> missing, String note) {

    public SourceState {
        missing = List.copyOf(missing);
    }

    /// Everything up to `last` that is not stored, in order.
    public List<SourceSequences.Range> gaps() {
        List<SourceSequences.Range> gaps = new ArrayList<>(missing);
        if (highest < last) {
            gaps.add(new SourceSequences.Range(highest + 1, last));
        }
        return gaps;
    }
}
