package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.reconcile.ComparedHour;
import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.IngestProgress;
import dev.tollgate.aggregator.reconcile.LogLook;
import dev.tollgate.aggregator.reconcile.SinkProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Decides about compared hours: notes what is wrong, has a differing hour recomputed, closes what is right again. An
/// hour of which something is under way is left for a later look.
///
/// That bucket and raw rows agree again is not the end of it where raw rows are what was changed: an hour that lacks
/// rows stays a loss until they are back, and a difference in a month that is billed stays open while the raw rows do
/// not bear the closed period out. Else only an operator closes them.
final class HourJudge {

    /// Whatever the bucket's revision: it is the bucket that is doubted.
    private static final String MARK =
            "INSERT INTO tenant_stale_hours AS s (tenant_id, hour_bucket, log_position, reason)"
                    + " VALUES (?, ?, ?, 'difference') ON CONFLICT (tenant_id, hour_bucket) DO NOTHING";

    private static final String PERIOD_AGAINST_RAW = "SELECT tollgate.period_against_raw(?, ?)";

    /// What a closed period is against is held against it again this often: that reads the whole month.
    private static final Duration PERIOD_EVERY = Duration.ofMinutes(10);

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
    private long unchecked;

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

    long unchecked() {
        return unchecked;
    }

    /// Ranges that took too long to compare.
    void unchecked(long ranges) {
        unchecked += ranges;
    }

    void judge(ComparedHour hour) throws SQLException {
        boolean comparable = hour.isComparable(look, ingest, sink);
        List<FindingsTable.Open> openRows = open.getOrDefault(hour.key(), List.of()).stream()
                .filter(HourJudge::isOfRows)
                .toList();
        if (hour.repeated() > 0 || hour.beyond() > 0 || !openRows.isEmpty()) {
            judgeRows(hour, openRows, comparable);
        }
        if (!comparable) {
            waiting++;
            return;
        }
        compared++;
        if (hour.differs()) {
            note(difference(hour, takenOut(hour, openRows)));
            mark(hour);
        } else {
            closeSums(hour);
        }
    }

    /// Findings that were noted since, and have been rolled back.
    void forget(int openedBefore) {
        opened.subList(openedBefore, opened.size()).clear();
    }

    /// Rows that should not have been there and no longer are: what the raw table lacks by them is no loss.
    private static long takenOut(ComparedHour hour, List<FindingsTable.Open> openRows) {
        long repeated = surplus(openRows, FindingKind.DUPLICATE) - hour.repeated();
        long beyond = hour.beyond() == 0 ? surplus(openRows, FindingKind.BEYOND) : 0;
        return Math.max(0, repeated) + beyond;
    }

    private static long surplus(List<FindingsTable.Open> rows, FindingKind kind) {
        return rows.stream()
                .filter(row -> row.kind() == kind)
                .mapToLong(FindingsTable.Open::surplus)
                .sum();
    }

    private static FindingsTable.Finding difference(ComparedHour hour, long takenOut) {
        String raw = hour.raw().toJson();
        String bucket = hour.bucket().toJson();
        return hour.lackedRows() > takenOut
                ? new FindingsTable.Finding(FindingKind.LOSS, hour.key(), null, 0, 0, bucket, raw)
                : new FindingsTable.Finding(FindingKind.DIFFERENCE, hour.key(), null, 0, 0, raw, bucket);
    }

    private void closeSums(ComparedHour hour) throws SQLException {
        for (FindingsTable.Open row : open.getOrDefault(hour.key(), List.of())) {
            switch (row.kind()) {
                case LOSS -> {
                    boolean back = row.events() == hour.raw().eventCount()
                            && row.fingerprint() == hour.raw().fingerprint();
                    if (back) {
                        table.resolve(List.of(row.id()), "arrived", now);
                    }
                }
                case DIFFERENCE -> closeDifference(row, hour.key());
                case BEYOND, DUPLICATE -> {}
            }
        }
    }

    private void closeDifference(FindingsTable.Open row, HourKey hour) throws SQLException {
        if (row.contradicted() && row.lastSeen().plus(PERIOD_EVERY).isAfter(now)) {
            return;
        }
        UUID period = periodAgainstRaw(hour);
        if (period == null) {
            table.resolve(List.of(row.id()), "recomputed", now);
        } else {
            table.contradict(row.id(), period, now);
        }
    }

    private @Nullable UUID periodAgainstRaw(HourKey hour) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PERIOD_AGAINST_RAW)) {
            query.setString(1, hour.tenantId());
            query.setObject(2, Times.of(hour.hourMs()));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getObject(1, UUID.class) : null;
            }
        }
    }

    private static boolean isOfRows(FindingsTable.Open row) {
        return row.kind() == FindingKind.DUPLICATE || row.kind() == FindingKind.BEYOND;
    }

    /// What is gone closes when the hour is comparable, so that the same look sees why the raw table has fewer rows.
    private void judgeRows(ComparedHour hour, List<FindingsTable.Open> openRows, boolean comparable)
            throws SQLException {
        List<FindingsTable.Finding> found = new ArrayList<>(RowFaults.repeated(connection, hour.key()));
        found.addAll(RowFaults.beyond(connection, hour.key()));
        Set<List<Object>> places = new HashSet<>();
        for (FindingsTable.Finding finding : found) {
            places.add(List.of(finding.kind(), String.valueOf(finding.source()), finding.from()));
            note(finding);
        }
        if (comparable) {
            table.resolve(
                    openRows.stream()
                            .filter(row -> !places.contains(
                                    List.<Object>of(row.kind(), String.valueOf(row.source()), row.from())))
                            .map(FindingsTable.Open::id)
                            .toList(),
                    "gone",
                    now);
        }
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
