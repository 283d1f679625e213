package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.IngestProgress;
import dev.tollgate.aggregator.reconcile.LogLook;
import dev.tollgate.aggregator.reconcile.Loss;
import dev.tollgate.aggregator.reconcile.LossWatch;
import dev.tollgate.aggregator.reconcile.SourceState;
import dev.tollgate.schema.contract.SourceSequences;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Compares what sources published with what ingest stored of them. An open source must have stored what it published;
/// one that is silent for the grace, all that it appended; a sealed one everything up to its final sequence; of an
/// abandoned one, whose gap is known, nothing is awaited.
final class SourceScan {

    /// Open losses looked at in one pass.
    private static final int LOSSES_MAX = 10_000;

    private static final String INCOMPLETE = """
            SELECT * FROM (
                SELECT coalesce(e.source, q.source) AS source, coalesce(q.partition_id, e.partition_id) AS partition_id,
                    CASE WHEN e.source IS NULL THEN q.highest
                        WHEN e.state = 'sealed' THEN greatest(e.published, e.final_sequence)
                        WHEN e.heartbeat_at < ? THEN e.appended ELSE e.published END AS last,
                    coalesce(q.highest, 0) AS highest, coalesce(q.missing, '{}') AS missing,
                    coalesce(e.origin || ' ' || e.instance || ', ' || e.state || ', last seen '
                        || to_char(e.heartbeat_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'not registered') AS note,
                    e.state = 'sealed' AS sealed
                FROM event_sources e FULL JOIN ingest_sequences q ON q.source = e.source
                WHERE e.state IS DISTINCT FROM 'abandoned') s
            WHERE highest < last OR missing <> '{}' OR (sealed AND highest > last)
            ORDER BY source""";

    private static final String ABANDONED =
            "SELECT source FROM event_sources WHERE state = 'abandoned' AND source = ANY (?)";

    private final LossWatch watch;
    private final Duration grace;

    SourceScan(LossWatch watch, Duration grace) {
        this.watch = watch;
        this.grace = grace;
    }

    /// Notes losses and closes those that are none any more. What is found newly.
    List<FindingsTable.Finding> scan(Connection connection, LogLook look, IngestProgress ingest, Instant now)
            throws SQLException {
        FindingsTable table = new FindingsTable(connection);
        List<FindingsTable.Finding> found = new ArrayList<>();
        List<SourceState> sources = incomplete(connection, now, found);
        List<FindingsTable.Open> open = table.openLosses(LOSSES_MAX);
        close(connection, table, open, sources, now);
        for (Loss loss : watch.observe(sources, look, ingest, now)) {
            boolean known = open.stream()
                    .anyMatch(row -> loss.source().equals(row.source())
                            && row.from() <= loss.to()
                            && row.to() >= loss.from()
                            && row.from() != loss.from());
            if (!known) {
                found.add(new FindingsTable.Finding(
                        FindingKind.LOSS,
                        null,
                        loss.source(),
                        loss.from(),
                        loss.to(),
                        "{\"events\":" + (loss.to() - loss.from() + 1) + "}",
                        "{\"events\":0,\"source\":\"" + loss.note().replaceAll("[\"\\\\\\p{Cntrl}]", "?") + "\"}"));
            }
        }
        List<FindingsTable.Finding> opened = new ArrayList<>();
        for (FindingsTable.Finding finding : found) {
            if (table.note(finding, now)) {
                opened.add(finding);
            }
        }
        return opened;
    }

    private List<SourceState> incomplete(Connection connection, Instant now, List<FindingsTable.Finding> beyond)
            throws SQLException {
        List<SourceState> sources = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(INCOMPLETE)) {
            query.setObject(1, Times.of(now.minus(grace)));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String source = row.getString("source");
                    long last = row.getLong("last");
                    long highest = row.getLong("highest");
                    if (row.getBoolean("sealed") && highest > last) {
                        beyond.add(new FindingsTable.Finding(
                                FindingKind.BEYOND,
                                null,
                                source,
                                last + 1,
                                highest,
                                "{\"finalSequence\":" + last + "}",
                                "{\"highest\":" + highest + "}"));
                    }
                    sources.add(new SourceState(
                            source,
                            row.getInt("partition_id"),
                            last,
                            highest,
                            ranges((Long[]) row.getArray("missing").getArray(), last),
                            row.getString("note")));
                }
            }
        }
        return sources;
    }

    private static List<SourceSequences.Range> ranges(Long[] missing, long last) {
        List<SourceSequences.Range> ranges = new ArrayList<>();
        for (int i = 0; i + 1 < missing.length; i += 2) {
            if (missing[i] <= last) {
                ranges.add(new SourceSequences.Range(missing[i], Math.min(missing[i + 1], last)));
            }
        }
        return ranges;
    }

    private static void close(
            Connection connection,
            FindingsTable table,
            List<FindingsTable.Open> open,
            List<SourceState> sources,
            Instant now)
            throws SQLException {
        Map<String, SourceState> bySource =
                sources.stream().collect(Collectors.toMap(SourceState::source, Function.identity()));
        List<FindingsTable.Open> over = open.stream()
                .filter(row -> {
                    SourceState state = bySource.get(String.valueOf(row.source()));
                    return state == null
                            || state.gaps().stream().noneMatch(gap -> gap.from() <= row.to() && gap.to() >= row.from());
                })
                .toList();
        if (over.isEmpty()) {
            return;
        }
        List<String> abandoned = abandoned(connection, over);
        table.resolve(ids(over, row -> abandoned.contains(row.source())), "abandoned", now);
        table.resolve(ids(over, row -> !abandoned.contains(row.source())), "arrived", now);
    }

    private static List<Long> ids(List<FindingsTable.Open> rows, Predicate<FindingsTable.Open> which) {
        return rows.stream().filter(which).map(FindingsTable.Open::id).toList();
    }

    private static List<String> abandoned(Connection connection, List<FindingsTable.Open> rows) throws SQLException {
        List<String> sources = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(ABANDONED)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            rows.stream().map(FindingsTable.Open::source).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sources.add(row.getString(1));
                }
            }
        }
        return sources;
    }
}
