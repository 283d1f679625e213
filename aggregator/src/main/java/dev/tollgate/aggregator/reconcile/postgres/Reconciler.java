package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.reconcile.ComparedHour;
import dev.tollgate.aggregator.reconcile.LogLook;
import dev.tollgate.aggregator.reconcile.LogWatch;
import dev.tollgate.aggregator.reconcile.LossWatch;
import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import dev.tollgate.aggregator.reconcile.SinkProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands watch. A pass compares the sources, looks again at the hours with open findings, and takes one page of the
/// hours that closed last and one of all others. Each step is a transaction of one snapshot, REPEATABLE READ; the look
/// at the log that it is held against was taken before, and the sink has reached it.
///
/// One thread owns an instance; what it has seen is in `ReconcileStatus`.
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");
    private static final String CANCELLED = "57014";

    /// Findings that one step logs one by one.
    private static final int LOGGED_MAX = 20;

    /// The hours that closed last are looked at this often.
    private static final Duration RECENT_EVERY = Duration.ofMinutes(10);

    private static final String RECENT = "recent";
    private static final String ROTATING = "rotating";

    private final DataSource dataSource;
    private final LogWatch log;
    private final Generations generations;
    private final Settings settings;
    private final InstantSource clock;
    private final ReconcileStatus status;
    private final SourceScan sources;
    private boolean more;

    /// Of the sink's topics.
    public record Generations(int hourly, int stale) {}

    /// @param hourGrace an hour is closed this long after its end
    /// @param lossGrace a gap is a loss once it lasts so long
    /// @param mendWithin a difference that lasts longer is red
    /// @param hoursMax the most hours of one transaction
    /// @param statementTimeout of each statement
    public record Settings(
            Duration hourGrace, Duration lossGrace, Duration mendWithin, int hoursMax, Duration statementTimeout) {}

    public Reconciler(
            DataSource dataSource,
            LogWatch log,
            Generations generations,
            Settings settings,
            InstantSource clock,
            ReconcileStatus status) {
        this.dataSource = dataSource;
        this.log = log;
        this.generations = generations;
        this.settings = settings;
        this.clock = clock;
        this.status = status;
        sources = new SourceScan(new LossWatch(settings.lossGrace()), settings.lossGrace());
    }

    private interface Step {
        List<FindingsTable.Finding> run(Connection connection) throws SQLException;
    }

    /// One pass. Whether hours that closed last are left to look at.
    public boolean pass() throws SQLException {
        more = false;
        LogLook look = log.look();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            inTransaction(
                    connection, c -> sources.scan(c, look, new RecomputeQueries(c).ingestProgress(), clock.instant()));
            awaitSink(connection, look);
            inTransaction(connection, c -> recheck(c, look));
            inTransaction(connection, c -> scan(c, RECENT, look));
            inTransaction(connection, c -> scan(c, ROTATING, look));
            inTransaction(connection, c -> {
                status.open(new FindingsTable(c).summary(clock.instant(), settings.mendWithin()));
                return List.of();
            });
        }
        return more;
    }

    /// A sink that lags by less than this is waited for; one that lags by more leaves its tenants for later.
    private void awaitSink(Connection connection, LogLook look) throws SQLException {
        Instant until = clock.instant().plus(SinkPositions.WAIT);
        SinkPositions positions = new SinkPositions(connection, generations);
        SinkProgress progress = positions.read();
        connection.commit();
        while (!progress.hasReached(look) && clock.instant().isBefore(until) && positions.pause()) {
            progress = positions.read();
            connection.commit();
        }
    }

    private List<FindingsTable.Finding> recheck(Connection connection, LogLook look) throws SQLException {
        NavigableSet<YearMonth> months = new ScanPages(connection).keepMonths();
        List<FindingsTable.Open> open = new FindingsTable(connection).openOthers(settings.hoursMax());
        List<HourSumsQuery.Range> ranges = new ArrayList<>();
        Set<Object> hours = new HashSet<>();
        for (FindingsTable.Open row : open) {
            var hour = row.hour();
            if (hour != null
                    && months.contains(YearMonth.from(hour.hour().atOffset(ZoneOffset.UTC)))
                    && hours.add(hour)) {
                ranges.add(new HourSumsQuery.Range(hour.tenantId(), hour.hourMs(), hour.hourMs() + Hours.HOUR_MS));
            }
        }
        HourJudge judge = judge(connection, look, open);
        for (HourSumsQuery.Range range : ranges) {
            compare(connection, judge, List.of(range));
        }
        return judge.opened();
    }

    private List<FindingsTable.Finding> scan(Connection connection, String scan, LogLook look) throws SQLException {
        ScanPages pages = new ScanPages(connection);
        NavigableSet<YearMonth> months = pages.keepMonths();
        Optional<ScanPages.Cursor> cursor = pages.take(scan);
        if (cursor.isEmpty()) {
            return List.of();
        }
        Rotation.Span span = span(scan, cursor.get(), months);
        if (span == null) {
            return List.of();
        }
        boolean goesOn = span.equals(cursor.get().span());
        ScanPages.Page page = pages.page(span, goesOn ? cursor.get().afterTenant() : "", settings.hoursMax());
        HourJudge judge = judge(connection, look, new FindingsTable(connection).openOthers(settings.hoursMax()));
        for (List<HourSumsQuery.Range> ranges : page.statements()) {
            compare(connection, judge, ranges);
        }
        boolean spanEnds = !page.full();
        Rotation.Span next = spanEnds ? nextSpan(scan, span, months) : span;
        boolean roundEnds = spanEnds && (next == null || !next.from().isBefore(span.from()));
        more |= scan.equals(RECENT) && !spanEnds;
        pages.save(
                scan,
                new ScanPages.Cursor(
                        next,
                        spanEnds ? "" : page.last(),
                        roundEnds ? clock.instant() : cursor.get().completedAt()));
        pages.count(scan, judge.compared(), judge.unchecked(), clock.instant());
        status.compared(judge.compared(), judge.waiting());
        return judge.opened();
    }

    private Rotation.@Nullable Span nextSpan(String scan, Rotation.Span span, NavigableSet<YearMonth> months) {
        return scan.equals(RECENT) ? null : Rotation.rotating(span.from(), closedTo(), months);
    }

    private Rotation.@Nullable Span span(String scan, ScanPages.Cursor cursor, NavigableSet<YearMonth> months) {
        Rotation.Span span = cursor.span();
        if (span != null && months.contains(span.month())) {
            return span;
        }
        Instant completedAt = cursor.completedAt();
        if (scan.equals(ROTATING)) {
            return Rotation.rotating(null, closedTo(), months);
        }
        boolean due = completedAt == null
                || !completedAt.plus(RECENT_EVERY).isAfter(clock.instant())
                || completedAt.isBefore(closedTo().plus(settings.hourGrace()));
        return due ? Rotation.recent(closedTo(), months) : null;
    }

    private Instant closedTo() {
        return Instant.ofEpochMilli(
                Hours.floor(clock.instant().minus(settings.hourGrace()).toEpochMilli()));
    }

    private HourJudge judge(Connection connection, LogLook look, List<FindingsTable.Open> open) throws SQLException {
        return new HourJudge(
                connection,
                look,
                new RecomputeQueries(connection).ingestProgress(),
                new SinkPositions(connection, generations).read(),
                open,
                clock.instant());
    }

    /// A statement that takes too long leaves its hours unchecked until the scan comes round again.
    private void compare(Connection connection, HourJudge judge, List<HourSumsQuery.Range> ranges) throws SQLException {
        Savepoint before = connection.setSavepoint();
        int openedBefore = judge.opened().size();
        try {
            for (ComparedHour hour : HourSumsQuery.read(connection, ranges)) {
                judge.judge(hour);
            }
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (!CANCELLED.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            judge.forget(openedBefore);
            judge.unchecked(ranges.size());
            status.unchecked(ranges.size());
            LOG.warn("comparing {} and {} others took too long", ranges.getFirst(), ranges.size() - 1);
        }
    }

    private void inTransaction(Connection connection, Step step) throws SQLException {
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = "
                        + settings.statementTimeout().toMillis());
            }
            List<FindingsTable.Finding> opened = step.run(connection);
            connection.commit();
            report(opened);
        } catch (SQLException e) {
            connection.rollback();
            if (!TRY_AGAIN.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            LOG.debug("a step is left for the next pass: {}", e.getMessage());
        } catch (RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private void report(List<FindingsTable.Finding> opened) {
        opened.forEach(finding -> status.found(finding.kind()));
        opened.stream().limit(LOGGED_MAX).forEach(Reconciler::warn);
        if (opened.size() > LOGGED_MAX) {
            LOG.warn("{} more findings are in reconciliation_findings", opened.size() - LOGGED_MAX);
        }
    }

    private static void warn(FindingsTable.Finding finding) {
        List<String> place = new ArrayList<>();
        HourKey hour = finding.hour();
        if (hour != null) {
            place.add("tenant " + hour.tenantId() + ", hour " + hour.hour());
        }
        if (finding.source() != null) {
            place.add("source " + finding.source() + ", sequences " + finding.from() + " to " + finding.to());
        }
        LOG.warn(
                "{}: {}: expected {}, actual {}",
                finding.kind().wireName(),
                String.join(", ", place),
                finding.expected(),
                finding.actual());
    }
}
