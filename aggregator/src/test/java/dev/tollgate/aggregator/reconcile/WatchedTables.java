package dev.tollgate.aggregator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.aggregator.fold.postgres.HourlyTable;
import dev.tollgate.aggregator.reconcile.postgres.Reconciler;
import dev.tollgate.aggregator.reconcile.postgres.StaleHourRecompute;
import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.RawTable;
import dev.tollgate.schema.access.generation.TopicGenerations;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import dev.tollgate.testing.time.ManualClock;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/// The tables that the reconciler watches, filled as fold, sink and ingest would have left them, and a log in which
/// everything is folded. The clock stands two hours behind the events' hour.
final class WatchedTables implements AutoCloseable {

    static final Instant HOUR = Instant.parse("2026-03-10T10:00:00Z");
    static final Duration MEND_WITHIN = Duration.ofMinutes(5);
    private static final int EVENTS = 40;

    final ManualClock clock = new ManualClock(HOUR.plus(Duration.ofHours(2)));
    final Connection superuser;
    final DataSource aggregator;
    private final String database;
    private final Events.PerPartition sources = new Events.PerPartition("watched");
    private long offset;

    WatchedTables() throws SQLException {
        PostgresServer postgres = PostgresServer.shared();
        database = postgres.createDatabase();
        Migrate.migrate(MigrateOptions.of(postgres.url(database), postgres.superuser()));
        superuser = postgres.dataSource(database, postgres.superuser()).getConnection();
        TopicGenerations.resolve(superuser, Topics.USAGE_REQUESTS, "the log");
        aggregator = postgres.dataSource(database, "tollgate_aggregator");
    }

    /// An instance of the service, with what it shows.
    record Instance(Reconciler reconciler, ReconcileStatus status) {}

    Instance instance(Duration statementTimeout) {
        ReconcileStatus status = new ReconcileStatus();
        Reconciler reconciler = new Reconciler(
                aggregator,
                this::look,
                new Reconciler.Generations(1, 1),
                new Reconciler.Settings(
                        Duration.ofMinutes(5), Duration.ofMinutes(10), MEND_WITHIN, 10_000, statementTimeout),
                clock,
                status);
        return new Instance(reconciler, status);
    }

    private LogLook look() {
        Map<Integer, Long> nothing = IntStream.range(0, Topics.PARTITIONS)
                .boxed()
                .collect(Collectors.toMap(Function.identity(), partition -> 0L));
        Map<Integer, Long> folded =
                nothing.keySet().stream().collect(Collectors.toMap(Function.identity(), partition -> Long.MAX_VALUE));
        return new LogLook(1, folded, nothing, nothing, nothing, clock.instant());
    }

    /// An hour of a tenant in both tables.
    List<RequestEvent> hourOf(String tenant) throws SQLException {
        List<RequestEvent> events = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        EventFingerprint fingerprint = new EventFingerprint();
        Bucket bucket = new Bucket(tenant, HOUR.toEpochMilli());
        for (int i = 0; i < EVENTS; i++) {
            RequestEvent event = sources.at(Topics.partitionOf(tenant)).request(tenant, HOUR.plusSeconds(i));
            bucket.add(Measurement.of(event), fingerprint.of(event), LogPosition.of(1, offset));
            events.add(event);
            offsets.add(offset++);
        }
        RawTable.store(superuser, events, offsets);
        HourlyTable.upsertFromRaw(superuser, List.of(bucket.toHourly(HourOwner.STREAM, null)));
        return events;
    }

    /// Bills the tenant's month from what the raw table has.
    void bill(String tenant) throws SQLException {
        execute("INSERT INTO billing_runs (month, started_by) VALUES ('2026-03-01', 'test')");
        execute("""
                INSERT INTO tenant_billing_periods (tenant_id, period_start, period_end, time_zone, starts_at, ends_at,
                    cut_position, event_count, fingerprint, total_requests, total_units, total_db_queries, currency,
                    invoice_generated_at, run_id, canonical_hash)
                SELECT ?, '2026-03-01', '2026-04-01', 'UTC', '2026-03-01T00:00Z', '2026-04-01T00:00Z', 1::bigint << 60,
                    sum(event_count), tollgate.wrap_int64(sum(fingerprint)), sum(billable_requests), sum(units),
                    sum(db_queries), 'EUR', now(), (SELECT run_id FROM billing_runs LIMIT 1), sha256('')
                FROM tollgate.usage_from_raw(?, '-infinity', 'infinity', 1::bigint << 60)""", tenant, tenant);
    }

    /// Looks at the hours that closed last, recomputes what is to be, and looks again.
    void watch(Instance instance) throws SQLException {
        pass(instance);
        assertThat(new StaleHourRecompute(aggregator, StrikePoints.inert(), 500).pass())
                .isIn(true, false);
        pass(instance);
    }

    void pass(Instance instance) throws SQLException {
        execute("UPDATE reconciliation_scans SET completed_at = NULL WHERE scan = 'recent'");
        instance.reconciler.pass();
    }

    /// `kind resolution` of each finding of the tenant, `open` for open ones.
    List<String> findings(String tenant) throws SQLException {
        return texts(
                "SELECT kind || ' ' || coalesce(resolution, 'open') FROM reconciliation_findings WHERE tenant_id = ?"
                        + " ORDER BY finding_id",
                tenant);
    }

    long finding(String tenant, String kind) throws SQLException {
        return Long.parseLong(text(
                "SELECT max(finding_id) FROM reconciliation_findings WHERE tenant_id = ? AND kind = ?", tenant, kind));
    }

    String accept(long finding, String reason) throws SQLException {
        return text("SELECT tollgate.accept_finding(?, ?, 'olga')", finding, reason);
    }

    void execute(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(sql)) {
            bind(statement, arguments);
            statement.execute();
        }
    }

    String text(String sql, Object... arguments) throws SQLException {
        return texts(sql, arguments).getFirst();
    }

    private List<String> texts(String sql, Object... arguments) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = superuser.prepareStatement(sql)) {
            bind(statement, arguments);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    texts.add(String.valueOf(row.getString(1)));
                }
            }
        }
        return texts;
    }

    private static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }

    Connection another() throws SQLException {
        PostgresServer postgres = PostgresServer.shared();
        return postgres.dataSource(database, postgres.superuser()).getConnection();
    }

    @Override
    public void close() throws SQLException {
        superuser.close();
    }
}
