package dev.tollgate.aggregator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.aggregator.reconcile.actuator.ReconcileHealth;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.health.contributor.Status;

/// When a finding opens and how it ends. Everything wrong is planted with SQL behind the services' backs; each test has
/// tenants of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FindingsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String FIRST_ROW =
            " AND id = (SELECT id FROM tenant_metrics_raw WHERE tenant_id = ?" + " ORDER BY log_position LIMIT 1)";
    private static final String EDIT =
            "UPDATE tenant_metrics_raw SET units = units + ? WHERE tenant_id = ?" + FIRST_ROW;
    private static final String COPY =
            "INSERT INTO tenant_metrics_raw (tenant_id, event_time, id, event_type, endpoint, units, source, sequence,"
                    + " log_position) SELECT tenant_id, event_time, uuidv7(), event_type, 'copy', units, source, sequence,"
                    + " log_position FROM tenant_metrics_raw WHERE tenant_id = ? ORDER BY log_position LIMIT 1";

    private final WatchedTables tables = new WatchedTables();
    private final WatchedTables.Instance instance = tables.instance(LONG);

    FindingsTest() throws SQLException {}

    @AfterAll
    void stop() throws SQLException {
        tables.close();
    }

    @Test
    void anEditOfAnOpenMonthIsNamedAndTheHourRecomputed() throws SQLException {
        tables.hourOf("edited");
        tables.execute(EDIT, 5, "edited", "edited");
        tables.watch(instance);
        assertThat(tables.findings("edited")).containsExactly("difference recomputed");
        assertThat(tables.text("SELECT (expected->>'units')::bigint - (actual->>'units')::bigint"
                        + " FROM reconciliation_findings WHERE tenant_id = 'edited'"))
                .isEqualTo("5");
    }

    @Test
    void anEditOfABilledMonthStaysOpenUntilItIsTakenBack() throws SQLException {
        tables.hourOf("billed");
        tables.bill("billed");
        tables.execute(EDIT, 5, "billed", "billed");
        tables.watch(instance);
        assertThat(tables.findings("billed")).containsExactly("difference open");
        assertThat(tables.text("SELECT count(*) FROM tenant_stale_hours WHERE tenant_id = 'billed'"))
                .isEqualTo("0");
        assertThat(instance.status().open().red()).isPositive();
        assertThat(tables.text("SELECT tollgate.period_against_raw('billed', '2026-03-10T10:00Z') = period_id"
                        + " FROM reconciliation_findings WHERE tenant_id = 'billed'"))
                .isEqualTo("t");

        tables.clock.advance(Duration.ofMinutes(11));
        tables.watch(instance);
        assertThat(tables.findings("billed")).containsExactly("difference open");
        tables.execute(EDIT, -5, "billed", "billed");
        tables.watch(instance);
        assertThat(tables.findings("billed")).containsExactly("difference recomputed");
    }

    @Test
    void aRowThatIsTwiceInABilledMonthStaysOpenUntilItIsAccepted() throws SQLException {
        tables.hourOf("twice");
        tables.bill("twice");
        tables.execute(COPY, "twice");
        tables.watch(instance);
        assertThat(tables.findings("twice")).containsExactlyInAnyOrder("difference open", "duplicate open");
        assertThat(new ReconcileHealth(instance.status()).health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

        long difference = tables.finding("twice", "difference");
        assertThat(tables.accept(difference, " credited by hand ")).isEqualTo("t");
        assertThat(tables.accept(tables.finding("twice", "duplicate"), "known")).isEqualTo("t");
        assertThat(tables.accept(difference, "again")).isEqualTo("f");
        tables.watch(instance);
        tables.clock.advance(Duration.ofMinutes(11));
        tables.watch(instance);
        assertThat(tables.findings("twice")).containsExactlyInAnyOrder("difference accepted", "duplicate accepted");
        assertThat(tables.text(
                        "SELECT concat_ws(' ', actor, action, tenant_id, reason, before->>'resolution' IS NULL,"
                                + " after->>'resolution') FROM audit_log WHERE subject = 'reconciliation_findings/' || ?",
                        difference))
                .isEqualTo("olga finding.accepted twice credited by hand t accepted");
        assertThatThrownBy(() -> tables.execute(
                        "UPDATE reconciliation_findings SET resolution = 'gone' WHERE finding_id = ?", difference))
                .hasMessageContaining("is kept as it is");
    }

    @Test
    void aDamagedBucketOfABilledMonthIsMended() throws SQLException {
        tables.hourOf("mended");
        tables.bill("mended");
        tables.execute("UPDATE tenant_metrics_hourly SET units = units + 1 WHERE tenant_id = 'mended'");
        tables.watch(instance);
        assertThat(tables.findings("mended")).containsExactly("difference recomputed");
    }

    @Test
    void aLostRowIsALossOfItsHourUntilItIsBack() throws SQLException {
        tables.hourOf("lost");
        tables.execute("CREATE TEMP TABLE kept AS SELECT * FROM tenant_metrics_raw WHERE tenant_id = 'lost'");
        tables.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = ?" + FIRST_ROW, "lost", "lost");
        tables.watch(instance);
        tables.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = ?" + FIRST_ROW, "lost", "lost");
        tables.watch(instance);
        assertThat(tables.findings("lost")).containsExactly("loss open");
        assertThat(tables.text("SELECT concat_ws(' ', hour_bucket AT TIME ZONE 'UTC', expected->>'event_count',"
                        + " actual->>'event_count') FROM reconciliation_findings WHERE tenant_id = 'lost'"))
                .isEqualTo("2026-03-10 10:00:00 40 38");

        tables.execute("INSERT INTO tenant_metrics_raw SELECT * FROM kept ON CONFLICT DO NOTHING");
        tables.watch(instance);
        assertThat(tables.findings("lost")).containsExactly("loss arrived", "difference recomputed");
    }

    @Test
    void takingADuplicateOutIsNoLoss() throws SQLException {
        tables.hourOf("cleaned");
        tables.execute(COPY, "cleaned");
        tables.watch(instance);
        tables.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = 'cleaned' AND endpoint = 'copy'");
        tables.watch(instance);
        assertThat(tables.findings("cleaned"))
                .containsExactlyInAnyOrder("duplicate gone", "difference recomputed", "difference recomputed");

        tables.execute(COPY, "cleaned");
        tables.watch(instance);
        tables.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = 'cleaned' AND endpoint = 'copy'");
        tables.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = ?" + FIRST_ROW, "cleaned", "cleaned");
        tables.watch(instance);
        assertThat(tables.findings("cleaned")).endsWith("loss open");
    }

    @Test
    void onlyWhatNothingElseEndsCanBeAccepted() throws SQLException {
        tables.hourOf("plain");
        tables.execute(EDIT, 5, "plain", "plain");
        tables.pass(instance);
        long difference = tables.finding("plain", "difference");
        assertThatThrownBy(() -> tables.accept(difference, "no reason"))
                .hasMessageContaining("ends by recomputing its hour");
        tables.execute(
                "INSERT INTO reconciliation_findings (kind, source, sequence_from, sequence_to, expected, actual,"
                        + " first_seen_at, last_seen_at) VALUES ('loss', 'gone.0', 4, 6, '{}', '{}', now(), now())");
        long loss = Long.parseLong(tables.text(
                "SELECT finding_id FROM reconciliation_findings WHERE source = 'gone.0' AND kind = 'loss'"));
        assertThatThrownBy(() -> tables.accept(loss, "why not")).hasMessageContaining("abandoning the source");
        assertThatThrownBy(() -> tables.accept(difference, " ")).hasMessageContaining("needs a reason");
        assertThatThrownBy(() -> tables.accept(-1, "unknown")).hasMessageContaining("no finding -1");
        tables.execute(
                "UPDATE reconciliation_findings SET resolved_at = now(), resolution = 'gone' WHERE finding_id = ?",
                loss);
    }

    /// Someone holds a table that the comparison reads.
    @Test
    void whatTakesTooLongIsCountedAndLookedAtLater() throws SQLException {
        tables.hourOf("slow");
        tables.execute("UPDATE tenant_metrics_hourly SET units = units + 1 WHERE tenant_id = 'slow'");
        WatchedTables.Instance hasty = tables.instance(Duration.ofMillis(200));
        try (Connection other = tables.another();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE tenant_stale_hours IN ACCESS EXCLUSIVE MODE");
            tables.pass(hasty);
            other.rollback();
        }
        assertThat(hasty.status().uncheckedRanges()).isPositive();
        assertThat(hasty.status().foundOf(FindingKind.DIFFERENCE)).isZero();
        assertThat(tables.findings("slow")).isEmpty();
        assertThat(tables.text("SELECT sum(ranges_unchecked) > 0 FROM reconciliation_scans"))
                .isEqualTo("t");
        tables.watch(hasty);
        assertThat(tables.findings("slow")).containsExactly("difference recomputed");
    }

    /// Each page is taken by one of them; sources and open findings are looked at by both, to the same end.
    @Test
    void twoInstancesFindEachThingOnce() throws Exception {
        WatchedTables.Instance other = tables.instance(LONG);
        WatchedTables.Instance one = tables.instance(LONG);
        List<String> tenants = List.of("both-1", "both-2", "both-3", "both-4");
        for (String tenant : tenants) {
            tables.hourOf(tenant);
            tables.execute(COPY, tenant);
            tables.execute("UPDATE tenant_metrics_hourly SET units = units + 1 WHERE tenant_id = ?", tenant);
        }
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 5; round++) {
                tables.execute("UPDATE reconciliation_scans SET completed_at = NULL WHERE scan = 'recent'");
                List<Future<Boolean>> passes = threads.invokeAll(List.of(pass(one, together), pass(other, together)));
                for (Future<Boolean> pass : passes) {
                    assertThat(pass.get(30, TimeUnit.SECONDS)).isFalse();
                }
            }
        }
        for (String tenant : tenants) {
            assertThat(tables.findings(tenant)).containsExactlyInAnyOrder("difference open", "duplicate open");
        }
        assertThat(one.status().foundOf(FindingKind.DUPLICATE) + other.status().foundOf(FindingKind.DUPLICATE))
                .isEqualTo(tenants.size());
    }

    private static Callable<Boolean> pass(WatchedTables.Instance instance, CyclicBarrier together) {
        return () -> {
            together.await();
            return instance.reconciler().pass();
        };
    }
}
