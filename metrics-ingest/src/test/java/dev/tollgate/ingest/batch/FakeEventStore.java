package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.ingest.store.EventStore;
import dev.tollgate.ingest.store.PartitionLostException;
import dev.tollgate.ingest.store.RefusedRow;
import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.ingest.store.StoreUnavailableException;
import dev.tollgate.ingest.store.StoredBatch;
import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.EventCursor.Text;
import dev.tollgate.schema.contract.SourceSequences;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A store in memory whose next commit can fail before or after it took effect.
final class FakeEventStore implements EventStore {

    enum Fault {
        NONE,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        AWAY
    }

    /// The sources of the stored rows.
    final List<String> rows = new ArrayList<>();

    private Rows batchRows = new Rows();
    final Map<String, SourceSequences> sequences = new HashMap<>();
    final Map<Integer, Claim> claims = new HashMap<>();
    final Set<Integer> takenByOthers = new HashSet<>();
    int batches;
    Fault fault = Fault.NONE;

    @Override
    public List<Claim> claim(String topicId, Collection<Integer> partitions) {
        failWhenAway();
        List<Claim> claimed = new ArrayList<>();
        for (int partition : partitions) {
            Claim before = claims.getOrDefault(partition, new Claim(partition, 1, 0, 0));
            Claim now = new Claim(partition, 1, before.nextOffset(), before.epoch() + 1);
            claims.put(partition, now);
            claimed.add(now);
        }
        return claimed;
    }

    @Override
    public List<Claim> reclaim(Collection<Claim> old) {
        failWhenAway();
        return old.stream()
                .filter(claim -> !takenByOthers.contains(claim.partition()))
                .map(claim -> claims.getOrDefault(claim.partition(), claim))
                .toList();
    }

    @Override
    public void release(Collection<Claim> given) {
        failWhenAway();
    }

    @Override
    public Claim rewind(Claim claim, long nextOffset) {
        claims.put(claim.partition(), claim.movedTo(nextOffset));
        return claim.movedTo(nextOffset);
    }

    @Override
    public Map<String, SourceSequences> sequences(Collection<String> sources) {
        failWhenAway();
        Map<String, SourceSequences> found = new HashMap<>(sequences);
        found.keySet().retainAll(sources);
        found.replaceAll((source, seen) -> seen.copy());
        return found;
    }

    @Override
    public EventRows newRows() {
        batchRows = new Rows();
        return batchRows;
    }

    @Override
    public StoredBatch store(StoreBatch batch, Consumer<List<RefusedRow>> refused) {
        failWhenAway();
        for (StoreBatch.Move move : batch.moves()) {
            if (takenByOthers.contains(move.claim().partition())) {
                throw new PartitionLostException(move.claim().partition(), new IllegalStateException("taken"));
            }
        }
        failOnce(Fault.BEFORE_COMMIT);
        batches++;
        rows.addAll(batchRows.kept);
        batch.sequences()
                .forEach((source, state) -> sequences.put(source, state.seen().copy()));
        batch.moves()
                .forEach(move ->
                        claims.put(move.claim().partition(), move.claim().movedTo(move.nextOffset())));
        failOnce(Fault.AFTER_COMMIT);
        return new StoredBatch(batchRows.kept.size(), 0, 0);
    }

    @Override
    public void disconnect() {}

    @Override
    public void close() {}

    private static final class Rows implements EventRows {
        private final List<String> added = new ArrayList<>();
        private final List<String> kept = new ArrayList<>();

        @Override
        public int add(EventCursor event, long logPosition, int ordinal) {
            added.add(String.valueOf(event.text(Text.SOURCE)));
            return added.size() - 1;
        }

        @Override
        public void keep(int row) {
            kept.add(added.get(row));
        }
    }

    private void failWhenAway() {
        if (fault == Fault.AWAY) {
            throw new StoreUnavailableException("away", null);
        }
    }

    private void failOnce(Fault when) {
        if (fault == when) {
            fault = Fault.NONE;
            throw new StoreUnavailableException("failed", null);
        }
    }
}
