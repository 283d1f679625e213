package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.StoredBatch;
import java.util.Map;
import java.util.Set;

/// What the reader of the log has to do next.
public sealed interface BatchOutcome {

    /// The records are handled and committed; read on.
    ///
    /// @param rows what became of the rows
    /// @param deadLetters records that validation refused
    /// @param repeated records that were seen before
    record Handled(StoredBatch rows, int deadLetters, int repeated) implements BatchOutcome {

        static final Handled NOTHING = new Handled(new StoredBatch(0, 0, 0), 0, 0);

        Handled plus(Handled other) {
            return new Handled(
                    new StoredBatch(
                            rows.stored() + other.rows.stored(),
                            rows.duplicates() + other.rows.duplicates(),
                            rows.refused() + other.rows.refused()),
                    deadLetters + other.deadLetters,
                    repeated + other.repeated);
        }
    }

    /// Nothing was stored. Read every partition of `offsets` from there, and those of `lost` not at all.
    record Moved(Map<Integer, Long> offsets, Set<Integer> lost) implements BatchOutcome {}

    /// Nothing can be said about the batch. Read again from `offsets` after a pause.
    record Retry(Map<Integer, Long> offsets, RuntimeException cause) implements BatchOutcome {}
}
