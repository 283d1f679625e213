package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.batch.BatchOutcome.Handled;
import dev.tollgate.ingest.batch.BatchOutcome.Moved;
import dev.tollgate.ingest.batch.BatchOutcome.Retry;
import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventStore;
import dev.tollgate.ingest.store.PartitionLostException;
import dev.tollgate.ingest.store.RefusedRow;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.ingest.store.StoredBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Handles the partitions of one consumer, each record exactly once.
///
/// The consumer's thread owns an instance. After any fault the session is dropped and every claim is in doubt:
/// the next call settles which of them still hold, and from which offset, before it reads a record.
public final class BatchProcessor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessor.class);

    private final EventStore store;
    private final DeadLetterQueue deadLetters;
    private final TopicId topicId;
    private final SequenceBook book = new SequenceBook();
    private final BatchPlanner planner;

    private final Set<Integer> assigned = new HashSet<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Map<Integer, Claim> claims = new TreeMap<>();
    private boolean inDoubt;

    public BatchProcessor(EventStore store, DeadLetterQueue deadLetters, TopicId topicId) {
        this.store = store;
        this.deadLetters = deadLetters;
        this.topicId = topicId;
        this.planner = new BatchPlanner(book, store::sequences);
    }

    /// Takes partitions over: `Moved` names the offsets of all partitions, `Retry` those that are known.
    public BatchOutcome assign(Collection<Integer> partitions) {
        assigned.addAll(partitions);
        lost.removeAll(partitions);
        claims.keySet().removeAll(partitions);
        book.clear();
        return guarded(this::settle);
    }

    /// Gives partitions up in an orderly way. When the store is away the next owner ends the session instead.
    public void revoke(Collection<Integer> partitions) {
        List<Claim> given = forget(partitions);
        if (given.isEmpty() || inDoubt) {
            return;
        }
        try {
            store.release(given);
        } catch (RuntimeException e) {
            LOG.info("Could not release partitions {}: {}", partitions, e.getMessage());
            doubt();
        }
    }

    /// Drops partitions that belong to somebody else by now.
    public List<Claim> forget(Collection<Integer> partitions) {
        List<Claim> given = new ArrayList<>();
        for (int partition : partitions) {
            Claim claim = claims.remove(partition);
            if (claim != null) {
                given.add(claim);
            }
        }
        assigned.removeAll(partitions);
        lost.removeAll(partitions);
        book.clear();
        return given;
    }

    /// Starts over at `nextOffset` because the log lost records: the sequences keep anything from being stored
    /// twice.
    public BatchOutcome rewind(int partition, long nextOffset) {
        return guarded(() -> {
            Claim claim = claims.get(partition);
            if (claim != null) {
                claims.put(partition, store.rewind(claim, nextOffset));
            }
            return new Moved(offsets(), Set.copyOf(lost));
        });
    }

    /// Handles the records of one poll, which are those from each partition's last offset on.
    public BatchOutcome process(List<LogRecord> records) {
        return guarded(() -> isSettled() ? handle(records) : settle());
    }

    @Override
    public void close() {
        store.close();
    }

    /// One batch after the other; what those before a fault have stored is settled with it.
    private Handled handle(List<LogRecord> records) {
        Handled all = Handled.NOTHING;
        for (List<LogRecord> part : BatchParts.of(records)) {
            all = all.plus(handleBatch(part));
        }
        return all;
    }

    private Handled handleBatch(List<LogRecord> records) {
        BatchPlan plan = planner.plan(records, claims, store.newRows());
        deadLetters.send(plan.deadLetters());
        StoredBatch stored = store.store(plan.toStore(), refused -> deadLetters.send(letters(refused, records)));
        book.committed(plan.sequences());
        for (Move move : plan.toStore().moves()) {
            claims.put(move.claim().partition(), move.claim().movedTo(move.nextOffset()));
        }
        return new Handled(stored, plan.deadLetters().size(), plan.repeated());
    }

    private static List<DeadLetter> letters(List<RefusedRow> refused, List<LogRecord> records) {
        return refused.stream()
                .map(row -> new DeadLetter(records.get(row.ordinal()), "$", row.reason()))
                .toList();
    }

    private boolean isSettled() {
        return !inDoubt && claims.size() + lost.size() == assigned.size();
    }

    private Moved settle() {
        if (inDoubt) {
            List<Claim> kept = store.reclaim(List.copyOf(claims.values()));
            Set<Integer> before = Set.copyOf(claims.keySet());
            claims.clear();
            kept.forEach(claim -> claims.put(claim.partition(), claim));
            before.stream().filter(partition -> !claims.containsKey(partition)).forEach(this::lose);
            inDoubt = false;
        }
        Set<Integer> unclaimed = new HashSet<>(assigned);
        unclaimed.removeAll(claims.keySet());
        unclaimed.removeAll(lost);
        if (!unclaimed.isEmpty()) {
            store.claim(topicId.current(), unclaimed).forEach(claim -> claims.put(claim.partition(), claim));
        }
        return new Moved(offsets(), Set.copyOf(lost));
    }

    private BatchOutcome guarded(Supplier<BatchOutcome> call) {
        try {
            return call.get();
        } catch (PartitionLostException e) {
            lose(e.partition());
            claims.remove(e.partition());
            book.clear();
            return new Moved(offsets(), Set.copyOf(lost));
        } catch (RuntimeException e) {
            doubt();
            return new Retry(offsets(), e);
        }
    }

    private void doubt() {
        store.disconnect();
        book.clear();
        inDoubt = true;
    }

    private void lose(int partition) {
        LOG.warn("Partition {} was taken over by another instance; leaving it alone", partition);
        lost.add(partition);
    }

    private Map<Integer, Long> offsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        claims.forEach((partition, claim) -> offsets.put(partition, claim.nextOffset()));
        return offsets;
    }
}
