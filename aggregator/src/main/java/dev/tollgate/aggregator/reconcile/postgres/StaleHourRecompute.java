package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.postgres.HourlyTable;
import dev.tollgate.aggregator.reconcile.IngestProgress;
import dev.tollgate.aggregator.reconcile.RecomputedHour;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Recomputes stale hours from the raw table, a page of them per transaction. The transaction is REPEATABLE READ: the
/// raw rows, ingest's positions and the buckets are those of one moment, so an hour is taken only when everything that
/// its mark and its bucket tell of is among the rows. From then on the raw table owns it.
///
/// Locks are taken bucket first, then mark, as the sink does, and what somebody else holds is left for the next pass.
public final class StaleHourRecompute {

    private static final Logger LOG = LoggerFactory.getLogger(StaleHourRecompute.class);

    /// Serialization failure and deadlock: another transaction was first; the next pass finds what is left.
    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");

    private final DataSource dataSource;
    private final StrikePoints strikePoints;
    private final int hoursMax;
    private final LongAdder recomputed = new LongAdder();
    private volatile long waiting;

    /// @param hoursMax the most hours of one transaction
    public StaleHourRecompute(DataSource dataSource, StrikePoints strikePoints, int hoursMax) {
        this.dataSource = dataSource;
        this.strikePoints = strikePoints;
        this.hoursMax = hoursMax;
    }

    /// Hours recomputed since the process started.
    public long recomputed() {
        return recomputed.sum();
    }

    /// Stale hours that the last pass found and could not recompute yet.
    public long waiting() {
        return waiting;
    }

    /// Walks once through all stale hours and recomputes those that are ready. Whether any was.
    public boolean pass() throws SQLException {
        boolean any = false;
        long left = 0;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            @Nullable HourKey after = null;
            do {
                Page page = page(connection, after);
                any |= page.recomputed > 0;
                left += page.left;
                after = page.last;
            } while (after != null);
        }
        waiting = left;
        return any;
    }

    /// @param last where the next page starts; null after the last page
    private record Page(@Nullable HourKey last, int recomputed, int left) {}

    private Page page(Connection connection, @Nullable HourKey after) throws SQLException {
        try {
            RecomputeQueries queries = new RecomputeQueries(connection);
            IngestProgress progress = queries.ingestProgress();
            List<RecomputeQueries.Candidate> candidates = queries.candidates(after, hoursMax);
            List<RecomputeQueries.Candidate> ready = candidates.stream()
                    .filter(RecomputeQueries.Candidate::rested)
                    .filter(candidate -> progress.hasStored(candidate.key().tenantId(), candidate.logPosition()))
                    .toList();
            int count = ready.isEmpty() ? 0 : recompute(connection, queries, ready);
            strikePoints.pass(StrikePoints.RECOMPUTE_BEFORE_COMMIT);
            connection.commit();
            recomputed.add(count);
            HourKey last =
                    candidates.size() < hoursMax ? null : candidates.getLast().key();
            return new Page(last, count, candidates.size() - count);
        } catch (SQLException e) {
            connection.rollback();
            if (!TRY_AGAIN.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            LOG.debug("stale hours after {} are left for the next pass: {}", after, e.getMessage());
            return new Page(null, 0, 0);
        } catch (RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private int recompute(Connection connection, RecomputeQueries queries, List<RecomputeQueries.Candidate> ready)
            throws SQLException {
        Map<HourKey, RecomputeQueries.Candidate> locked = queries.lock(ready);
        if (locked.isEmpty()) {
            return 0;
        }
        TreeMap<HourKey, RecomputedHour> hours = new TreeMap<>();
        locked.forEach((key, candidate) -> hours.put(key, new RecomputedHour(key, candidate.logPosition())));
        queries.foldRawRows(hours);
        List<HourlyBucket> buckets = withStorage(hours, locked, queries.storageBefore(hours.keySet()));
        if (!buckets.isEmpty()) {
            HourlyTable.upsertFromRaw(connection, buckets);
            queries.addToOutbox(buckets);
            queries.markCarriers(changedStorage(buckets, locked));
        }
        queries.deleteMarks(hours.keySet());
        return hours.size();
    }

    /// Gives each hour what the tenant stored before it: from the table, or from an hour of this page that lies later.
    private static List<HourlyBucket> withStorage(
            TreeMap<HourKey, RecomputedHour> hours,
            Map<HourKey, RecomputeQueries.Candidate> locked,
            Map<HourKey, RecomputeQueries.Stored> before) {
        List<HourlyBucket> buckets = new ArrayList<>(hours.size());
        RecomputeQueries.@Nullable Stored inPage = null;
        for (Map.Entry<HourKey, RecomputedHour> entry : hours.entrySet()) {
            HourKey key = entry.getKey();
            RecomputedHour hour = entry.getValue();
            RecomputeQueries.Candidate candidate = locked.get(key);
            boolean known = candidate != null && candidate.hasRow();
            if (hour.isEmpty() && !known) {
                continue;
            }
            Long carried = carried(key, before.get(key), inPage);
            Long storage = hour.storageBytes(carried);
            if (storage != null) {
                inPage = new RecomputeQueries.Stored(key, storage);
            }
            buckets.add(hour.bucket().toHourly(HourOwner.RAW, storage));
        }
        return buckets;
    }

    private static @Nullable Long carried(
            HourKey key, RecomputeQueries.@Nullable Stored table, RecomputeQueries.@Nullable Stored page) {
        boolean pageApplies = page != null && page.key().tenantId().equals(key.tenantId());
        if (page != null
                && pageApplies
                && (table == null || page.key().hourMs() >= table.key().hourMs())) {
            return page.bytes();
        }
        return table == null ? null : Long.valueOf(table.bytes());
    }

    private static List<HourlyBucket> changedStorage(
            List<HourlyBucket> buckets, Map<HourKey, RecomputeQueries.Candidate> locked) {
        return buckets.stream()
                .filter(bucket -> {
                    RecomputeQueries.Candidate candidate = locked.get(HourKey.of(bucket));
                    Long before = candidate == null ? null : candidate.storageBytes();
                    Long after = bucket.storageBytes();
                    return after == null ? before != null : !after.equals(before);
                })
                .toList();
    }
}
