package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.reconcile.ComparedHour;
import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.IngestProgress;
import dev.tollgate.aggregator.reconcile.LogLook;
import dev.tollgate.aggregator.reconcile.SinkProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decides about compared hours: notes what is wrong, has a differing hour recomputed, closes what is right again. An
/// hour of which something is under way is left for a later look.
final class HourJudge {

    /// Whatever the bucket's revision: it is the bucket that is doubted.
    private static final String MARK =
            "INSERT INTO tenant_stale_hours AS s (tenant_id, hour_bucket, log_position, reason)"
                    + " VALUES (?, ?, ?, 'difference') ON CONFLICT (tenant_id, hour_bucket) DO NOTHING";

    private final Connection connection;
    private final LogLook look;
    private final IngestProgress ingest;
    private final SinkProgress sink;
    private final Instant now;
    private final FindingsTable table;
    private final Map<HourKey, List<FindingsTable.Open>> open = new HashMap<>();
    private final List<FindingsTable.Finding> opened = new ArrayList<>();
    private long compared;
    private long waiting;

    /// @param open the findings of the hours to be judged
    HourJudge(
            Connection connection,
            LogLook look,
            IngestProgress ingest,
            SinkProgress sink,
            List<FindingsTable.Open> open,
            Instant now) {
        this.connection = connection;
        this.look = look;
        this.ingest = ingest;
        this.sink = sink;
        this.now = now;
        table = new FindingsTable(connection);
        for (FindingsTable.Open row : open) {
            HourKey hour = row.hour();
            if (hour != null) {
                this.open.computeIfAbsent(hour, key -> new ArrayList<>()).add(row);
            }
        }
    }

    List<FindingsTable.Finding> opened() {
        return opened;
    }

    long compared() {
        return compared;
    }

    long waiting() {
        return waiting;
    }

    void judge(ComparedHour hour) throws SQLException {
        if (hour.repeated() > 0 || hour.beyond() > 0 || hasOpenRows(hour.key())) {
            judgeRows(hour);
        }
        if (!hour.isComparable(look, ingest, sink)) {
            waiting++;
            return;
        }
        compared++;
        if (hour.differs()) {
            note(new FindingsTable.Finding(
                    FindingKind.DIFFERENCE,
                    hour.key(),
                    null,
                    0,
                    0,
                    hour.raw().toJson(),
                    hour.bucket().toJson()));
            mark(hour);
        } else {
            table.resolve(
                    open.getOrDefault(hour.key(), List.of()).stream()
                            .filter(row -> row.kind() == FindingKind.DIFFERENCE)
                            .map(FindingsTable.Open::id)
                            .toList(),
                    "recomputed",
                    now);
        }
    }

    private boolean hasOpenRows(HourKey hour) {
        return open.getOrDefault(hour, List.of()).stream().anyMatch(row -> row.kind() != FindingKind.DIFFERENCE);
    }

    private void judgeRows(ComparedHour hour) throws SQLException {
        List<FindingsTable.Finding> found = new ArrayList<>(RowFaults.repeated(connection, hour.key()));
        found.addAll(RowFaults.beyond(connection, hour.key()));
        Set<List<Object>> places = new HashSet<>();
        for (FindingsTable.Finding finding : found) {
            places.add(List.of(finding.kind(), String.valueOf(finding.source()), finding.from()));
            note(finding);
        }
        table.resolve(
                open.getOrDefault(hour.key(), List.of()).stream()
                        .filter(row -> row.kind() != FindingKind.DIFFERENCE)
                        .filter(row ->
                                !places.contains(List.<Object>of(row.kind(), String.valueOf(row.source()), row.from())))
                        .map(FindingsTable.Open::id)
                        .toList(),
                "gone",
                now);
    }

    private void note(FindingsTable.Finding finding) throws SQLException {
        if (table.note(finding, now)) {
            opened.add(finding);
        }
    }

    private void mark(ComparedHour hour) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(MARK)) {
            insert.setString(1, hour.key().tenantId());
            insert.setObject(2, Times.of(hour.key().hourMs()));
            insert.setLong(3, Math.max(hour.rawPosition(), hour.bucketPosition()));
            insert.executeUpdate();
        }
    }
}
