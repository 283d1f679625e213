package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.ingest.store.StoreBatch.SequenceState;
import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.SourceSequences.Acceptance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Decides about every record of a batch: store it, drop it because it was seen, or send it to the dead letters.
/// A record that is sent to the dead letters counts as seen where its source and sequence can be read, so that
/// its source can still be complete.
final class BatchPlanner {

    private final SequenceBook book;
    private final Function<Collection<String>, Map<String, SourceSequences>> load;
    private final EventCursor cursor = new EventCursor();

    BatchPlanner(SequenceBook book, Function<Collection<String>, Map<String, SourceSequences>> load) {
        this.book = book;
        this.load = load;
    }

    /// Plans those records whose partition is claimed; the others are left out.
    ///
    /// @param rows takes the events to store
    BatchPlan plan(List<LogRecord> records, Map<Integer, Claim> claims, EventRows rows) {
        JudgedBatch judged = new JudgedBatch(records.size(), rows);
        Map<Integer, Long> nextOffsets = new TreeMap<>();
        for (int ordinal = 0; ordinal < records.size(); ordinal++) {
            LogRecord record = records.get(ordinal);
            Claim claim = claims.get(record.partition());
            if (claim != null) {
                judged.judge(record, ordinal, claim, cursor);
                nextOffsets.merge(record.partition(), record.offset() + 1, Math::max);
            }
        }
        List<String> sources = judged.sources().names();
        Draft draft = new Draft(sources, book.copies(new HashSet<>(sources), load), rows);
        for (int ordinal = 0; ordinal < records.size(); ordinal++) {
            LogRecord record = records.get(ordinal);
            if (nextOffsets.containsKey(record.partition())) {
                draft.add(record, ordinal, judged);
            }
        }
        return draft.finish(moves(nextOffsets, claims));
    }

    private static List<Move> moves(Map<Integer, Long> nextOffsets, Map<Integer, Claim> claims) {
        List<Move> moves = new ArrayList<>();
        nextOffsets.forEach((partition, next) -> {
            Claim claim = claims.get(partition);
            if (claim == null) {
                throw new IllegalStateException("partition " + partition + " is not claimed");
            }
            moves.add(new Move(claim, Math.max(claim.nextOffset(), next)));
        });
        return moves;
    }

    private static final class Draft {
        private static final int UNTOUCHED = -1;

        private final EventRows rows;
        private final List<String> names;
        private final SourceSequences[] sequences;

        /// By number of the source: the partition of its last new record.
        private final int[] touchedIn;

        private final List<DeadLetter> letters = new ArrayList<>();
        private int repeated;

        Draft(List<String> names, Map<String, SourceSequences> known, EventRows rows) {
            this.rows = rows;
            this.names = names;
            sequences = names.stream()
                    .map(name -> known.getOrDefault(name, new SourceSequences()))
                    .toArray(SourceSequences[]::new);
            touchedIn = new int[names.size()];
            Arrays.fill(touchedIn, UNTOUCHED);
        }

        void add(LogRecord record, int ordinal, JudgedBatch judged) {
            switch (accept(record, ordinal, judged)) {
                case NEW -> keep(ordinal, judged);
                case SEEN -> repeated++;
                case OVERFLOW ->
                    letters.add(new DeadLetter(
                            record,
                            "sequence",
                            "would open more than " + SourceSequences.MISSING_RANGES_MAX + " missing ranges"));
            }
        }

        private Acceptance accept(LogRecord record, int ordinal, JudgedBatch judged) {
            int source = judged.source(ordinal);
            if (source == JudgedBatch.NONE) {
                return Acceptance.NEW;
            }
            Acceptance acceptance = sequences[source].accept(judged.sequence(ordinal));
            if (acceptance == Acceptance.NEW) {
                touchedIn[source] = record.partition();
            }
            return acceptance;
        }

        private void keep(int ordinal, JudgedBatch judged) {
            DeadLetter letter = judged.letter(ordinal);
            if (letter != null) {
                letters.add(letter);
            } else {
                rows.keep(judged.row(ordinal));
            }
        }

        BatchPlan finish(List<Move> moves) {
            Map<String, SequenceState> touched = new HashMap<>();
            for (int source = 0; source < touchedIn.length; source++) {
                if (touchedIn[source] != UNTOUCHED) {
                    touched.put(names.get(source), new SequenceState(touchedIn[source], sequences[source]));
                }
            }
            return new BatchPlan(new StoreBatch(touched, moves), letters, repeated);
        }
    }
}
