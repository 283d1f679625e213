package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.postgres.SqlArrays;
import dev.tollgate.aggregator.reconcile.IngestProgress;
import dev.tollgate.aggregator.reconcile.RecomputedHour;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The statements of one recomputation, on one connection inside one transaction.
final class RecomputeQueries {

    /// Raw rows that the driver holds at once.
    private static final int FETCH_ROWS = 2_000;

    /// A stream-owned hour as old as this has left the stream's state, so the stream can no longer emit it anew.
    private static final String STREAM_FORGETS_AFTER = "interval '97 hours'";

    /// A raw-owned hour that still grows rests this long per row between two recomputations, so that a busy hour is not
    /// read over and over: at most a fraction of one core goes into it, and its row is late by at most the rest.
    private static final String REST_PER_EVENT = "interval '20 microseconds'";

    private final Connection connection;
    private final EventFingerprint fingerprint = new EventFingerprint();

    RecomputeQueries(Connection connection) {
        this.connection = connection;
    }

    /// A stale hour with what is known of its bucket.
    ///
    /// @param logPosition the later of the mark's and the bucket's: up to here raw rows are needed
    /// @param hasRow whether there is a bucket
    /// @param storageBytes of the bucket
    /// @param rested whether the hour's last recomputation is long enough ago
    record Candidate(
            HourKey key,
            long logPosition,
            boolean hasRow,
            @Nullable Long storageBytes,
            boolean rested) {}

    /// What a tenant stored at the end of an hour.
    record Stored(HourKey key, long bytes) {}

    IngestProgress ingestProgress() throws SQLException {
        Map<IngestProgress.Part, Long> offsets = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT generation, partition_id, next_offset FROM ingest_positions WHERE topic = ?")) {
            statement.setString(1, Topics.USAGE_REQUESTS);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    offsets.put(new IngestProgress.Part(rows.getInt(1), rows.getInt(2)), rows.getLong(3));
                }
            }
        }
        return new IngestProgress(offsets);
    }

    /// The next page of stale hours by key, ready or not.
    List<Candidate> candidates(@Nullable HourKey after, int hoursMax) throws SQLException {
        String sql = "SELECT s.tenant_id, s.hour_bucket, greatest(s.log_position, coalesce(h.log_position, 0)),"
                + " h.tenant_id IS NOT NULL, h.storage_bytes,"
                + " coalesce(h.owner <> 'raw' OR h.updated_at + h.event_count * " + REST_PER_EVENT + " <= now(), true)"
                + " FROM tenant_stale_hours s"
                + " LEFT JOIN tenant_metrics_hourly h USING (tenant_id, hour_bucket)"
                + (after == null ? "" : " WHERE (s.tenant_id, s.hour_bucket) > (?, ?::timestamptz)")
                + " ORDER BY s.tenant_id, s.hour_bucket LIMIT " + hoursMax;
        List<Candidate> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (after != null) {
                statement.setString(1, after.tenantId());
                statement.setString(2, after.hour().toString());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Long storage = rows.getObject(5, Long.class);
                    page.add(new Candidate(
                            keyOf(rows), rows.getLong(3), rows.getBoolean(4), storage, rows.getBoolean(6)));
                }
            }
        }
        return page;
    }

    /// Locks buckets, then marks; answers those hours of which both are held.
    Map<HourKey, Candidate> lock(List<Candidate> ready) throws SQLException {
        Set<HourKey> buckets = lockRows("tenant_metrics_hourly", ready);
        List<Candidate> free = ready.stream()
                .filter(candidate -> !candidate.hasRow() || buckets.contains(candidate.key()))
                .toList();
        Set<HourKey> marks = lockRows("tenant_stale_hours", free);
        Map<HourKey, Candidate> locked = new HashMap<>();
        free.stream()
                .filter(candidate -> marks.contains(candidate.key()))
                .forEach(candidate -> locked.put(candidate.key(), candidate));
        return locked;
    }

    private Set<HourKey> lockRows(String table, List<Candidate> candidates) throws SQLException {
        String sql = "SELECT t.tenant_id, t.hour_bucket FROM " + table + " t"
                + " JOIN unnest(?::text[], ?::timestamptz[]) AS k (tenant_id, hour_bucket) USING (tenant_id, hour_bucket)"
                + " ORDER BY t.tenant_id, t.hour_bucket FOR UPDATE OF t SKIP LOCKED";
        Set<HourKey> keys = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            SqlArrays.bindKeys(
                    statement, 1, candidates.stream().map(Candidate::key).toList());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(keyOf(rows));
                }
            }
        }
        return keys;
    }

    /// Folds the raw rows of all those hours, each hour's in the order of the log, which says what its first
    /// routes are and puts each void behind its original.
    void foldRawRows(Map<HourKey, RecomputedHour> hours) throws SQLException {
        String sql = "SELECT k.tenant_id, k.hour_bucket, " + RawRows.COLUMNS
                + " FROM unnest(?::text[], ?::timestamptz[]) AS k (tenant_id, hour_bucket)"
                + " CROSS JOIN LATERAL (SELECT * FROM tenant_metrics_raw m WHERE m.tenant_id = k.tenant_id"
                + " AND m.event_time >= k.hour_bucket AND m.event_time < k.hour_bucket + interval '1 hour'"
                + " ORDER BY m.log_position) r";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH_ROWS);
            SqlArrays.bindKeys(statement, 1, hours.keySet());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    RecomputedHour hour = hours.get(keyOf(rows));
                    if (hour != null) {
                        hour.add(RawRows.measurement(rows, 3), fingerprint, RawRows.logPosition(rows, 3));
                    }
                }
            }
        }
    }

    /// The last known storage before each hour, as buckets tell it.
    Map<HourKey, Stored> storageBefore(Collection<HourKey> keys) throws SQLException {
        String sql = "SELECT k.tenant_id, k.hour_bucket, h.hour_bucket, h.storage_bytes"
                + " FROM unnest(?::text[], ?::timestamptz[]) AS k (tenant_id, hour_bucket)"
                + " CROSS JOIN LATERAL (SELECT b.hour_bucket, b.storage_bytes FROM tenant_metrics_hourly b"
                + " WHERE b.tenant_id = k.tenant_id AND b.hour_bucket < k.hour_bucket AND b.storage_bytes IS NOT NULL"
                + " ORDER BY b.hour_bucket DESC LIMIT 1) h";
        Map<HourKey, Stored> before = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            SqlArrays.bindKeys(statement, 1, keys);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    HourKey key = keyOf(rows);
                    HourKey earlier = new HourKey(key.tenantId(), hourMs(rows, 3));
                    before.put(key, new Stored(earlier, rows.getLong(4)));
                }
            }
        }
        return before;
    }

    void addToOutbox(List<HourlyBucket> buckets) throws SQLException {
        List<byte[]> payloads = buckets.stream().map(BucketCodec::encode).toList();
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO hourly_outbox (tenant_id, hour_bucket, payload)"
                        + " SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::bytea[])")) {
            SqlArrays.bindKeys(statement, 1, buckets.stream().map(HourKey::of).toList());
            statement.setArray(3, connection.createArrayOf("bytea", payloads.toArray(byte[][]::new)));
            statement.executeUpdate();
        }
    }

    /// Marks the hour after each of these buckets when it may carry their storage and the stream will not emit it
    /// anew. A mark makes the next pass look one hour further, until an hour has a report of its own.
    void markCarriers(List<HourlyBucket> buckets) throws SQLException {
        if (buckets.isEmpty()) {
            return;
        }
        String sql = "INSERT INTO tenant_stale_hours AS s (tenant_id, hour_bucket, log_position, reason)"
                + " SELECT n.tenant_id, n.hour_bucket, max(k.log_position), 'late'"
                + " FROM unnest(?::text[], ?::timestamptz[], ?::bigint[]) AS k (tenant_id, hour_bucket, log_position)"
                + " CROSS JOIN LATERAL (SELECT b.tenant_id, b.hour_bucket, b.owner FROM tenant_metrics_hourly b"
                + " WHERE b.tenant_id = k.tenant_id AND b.hour_bucket > k.hour_bucket ORDER BY b.hour_bucket LIMIT 1) n"
                + " WHERE n.owner = 'raw' OR n.hour_bucket < now() - " + STREAM_FORGETS_AFTER
                + " GROUP BY n.tenant_id, n.hour_bucket"
                + " ON CONFLICT (tenant_id, hour_bucket) DO UPDATE"
                + " SET log_position = greatest(s.log_position, excluded.log_position)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            SqlArrays.bindKeys(statement, 1, buckets.stream().map(HourKey::of).toList());
            SqlArrays.bind(statement, 3, "bigint", buckets, HourlyBucket::logPosition);
            statement.executeUpdate();
        }
    }

    /// The marks are locked, so nobody has raised them since the snapshot.
    void deleteMarks(Collection<HourKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM tenant_stale_hours s"
                + " USING unnest(?::text[], ?::timestamptz[]) AS k (tenant_id, hour_bucket)"
                + " WHERE s.tenant_id = k.tenant_id AND s.hour_bucket = k.hour_bucket")) {
            SqlArrays.bindKeys(statement, 1, keys);
            statement.executeUpdate();
        }
    }

    private static HourKey keyOf(ResultSet rows) throws SQLException {
        return new HourKey(rows.getString(1), hourMs(rows, 2));
    }

    private static long hourMs(ResultSet rows, int column) throws SQLException {
        Instant hour = rows.getObject(column, OffsetDateTime.class).toInstant();
        return hour.toEpochMilli();
    }
}
