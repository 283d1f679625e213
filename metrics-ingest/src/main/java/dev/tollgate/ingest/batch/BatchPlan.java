package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.schema.contract.SourceSequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is to be done with a poll.
///
/// @param repeated records that were seen before and are dropped
record BatchPlan(StoreBatch toStore, List<DeadLetter> deadLetters, int repeated) {

    Map<String, SourceSequences> sequences() {
        Map<String, SourceSequences> sequences = new HashMap<>();
        toStore.sequences().forEach((source, state) -> sequences.put(source, state.seen()));
        return sequences;
    }
}
