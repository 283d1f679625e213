package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRow;
import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.ingest.store.StoreBatch.SequenceState;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventIdentity;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.SourceSequences.Acceptance;
import dev.tollgate.schema.contract.Validated;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides about every record of a poll: store it, drop it because it was seen, or send it to the dead letters.
/// A record that is sent to the dead letters counts as seen where its source and sequence can be read, so that
/// its source can still be complete.
final class BatchPlanner {

    private final SequenceBook book;
    private final Function<Collection<String>, Map<String, SourceSequences>> load;

    BatchPlanner(SequenceBook book, Function<Collection<String>, Map<String, SourceSequences>> load) {
        this.book = book;
        this.load = load;
    }

    /// Plans those records whose partition is claimed; the others are left out.
    BatchPlan plan(List<LogRecord> records, Map<Integer, Claim> claims) {
        List<Judged> judged = new ArrayList<>(records.size());
        Set<String> sources = new HashSet<>();
        for (int ordinal = 0; ordinal < records.size(); ordinal++) {
            LogRecord record = records.get(ordinal);
            if (claims.containsKey(record.partition())) {
                Judged one = judge(record, ordinal);
                judged.add(one);
                if (one.identity != null) {
                    sources.add(one.identity.source());
                }
            }
        }
        Draft draft = new Draft(claims, book.copies(sources, load));
        judged.forEach(draft::add);
        return draft.finish();
    }

    private static Judged judge(LogRecord record, int ordinal) {
        return switch (EventCodec.validate(record.value(), record.timestampMs())) {
            case Validated.Valid(var event) ->
                new Judged(record, ordinal, event, null, new EventIdentity(event.source(), event.sequence()));
            case Validated.Invalid(var field, var reason) ->
                new Judged(
                        record,
                        ordinal,
                        null,
                        new DeadLetter(record, field, reason),
                        EventCodec.identify(record.value()).orElse(null));
        };
    }

    /// Exactly one of `event` and `letter` is there.
    private record Judged(
            LogRecord record,
            int ordinal,
            @Nullable RequestEvent event,
            @Nullable DeadLetter letter,
            @Nullable EventIdentity identity) {}

    private static final class Draft {
        private final Map<Integer, Claim> claims;
        private final Map<String, SourceSequences> sequences;
        private final Map<String, SequenceState> touched = new HashMap<>();
        private final Map<Integer, Long> nextOffsets = new TreeMap<>();
        private final List<EventRow> rows = new ArrayList<>();
        private final List<DeadLetter> letters = new ArrayList<>();
        private int repeated;

        Draft(Map<Integer, Claim> claims, Map<String, SourceSequences> sequences) {
            this.claims = claims;
            this.sequences = sequences;
        }

        void add(Judged judged) {
            LogRecord record = judged.record;
            nextOffsets.merge(record.partition(), record.offset() + 1, Math::max);
            switch (accept(judged)) {
                case NEW -> keep(judged);
                case SEEN -> repeated++;
                case OVERFLOW ->
                    letters.add(new DeadLetter(
                            record,
                            "sequence",
                            "would open more than " + SourceSequences.MISSING_RANGES_MAX + " missing ranges"));
            }
        }

        private Acceptance accept(Judged judged) {
            if (judged.identity == null) {
                return Acceptance.NEW;
            }
            String source = judged.identity.source();
            SourceSequences seen = sequences.computeIfAbsent(source, unknown -> new SourceSequences());
            Acceptance acceptance = seen.accept(judged.identity.sequence());
            if (acceptance == Acceptance.NEW) {
                touched.put(source, new SequenceState(judged.record.partition(), seen));
            }
            return acceptance;
        }

        private void keep(Judged judged) {
            if (judged.event != null) {
                LogRecord record = judged.record;
                int generation = claimOf(record.partition()).generation();
                rows.add(new EventRow(judged.event, LogPosition.of(generation, record.offset()), judged.ordinal));
            } else if (judged.letter != null) {
                letters.add(judged.letter);
            }
        }

        BatchPlan finish() {
            rows.sort(EventRow.BY_KEY);
            List<Move> moves = new ArrayList<>();
            nextOffsets.forEach((partition, next) -> {
                Claim claim = claimOf(partition);
                moves.add(new Move(claim, Math.max(claim.nextOffset(), next)));
            });
            return new BatchPlan(new StoreBatch(rows, touched, moves), letters, repeated);
        }

        private Claim claimOf(int partition) {
            Claim claim = claims.get(partition);
            if (claim == null) {
                throw new IllegalStateException("partition " + partition + " is not claimed");
            }
            return claim;
        }
    }
}
