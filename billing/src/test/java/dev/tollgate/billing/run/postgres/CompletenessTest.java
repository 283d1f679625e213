package dev.tollgate.billing.run.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.run.BillingRun;
import dev.tollgate.billing.run.ItemState;
import dev.tollgate.billing.run.RunItem;
import dev.tollgate.billing.testing.BillingDatabase;
import dev.tollgate.testing.time.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletenessTest {

    private static final Instant END = Instant.parse("2015-06-01T00:00:00Z");
    private static final Instant BEFORE = END.minusMillis(1);

    private final BillingDatabase database = BillingDatabase.create();
    private final TestRuns runs = new TestRuns(database, ManualClock.at("2015-06-02T10:00:00Z"));

    @BeforeEach
    void aTenantWithUsage() {
        database.plan("tiny", 500, 10, 50);
        database.tenant("acme", "UTC", "tiny", "2015-01-01");
        database.requests("acme", 20, "2015-05-10T07:59:50Z");
        database.buckets("acme");
    }

    @Test
    void everySourceMustBePastThePeriodWithEverythingStored() throws Exception {
        database.source("quiet.0", "open", 0, null, END);
        database.source("sealed.0", "sealed", 5, null, BEFORE);
        database.sequences("sealed.0", 5);
        database.source("given-up.0", "open", 9, BEFORE, BEFORE);
        database.run("UPDATE event_sources SET state = 'abandoned', abandoned_by = 'ops', abandoned_reason = 'disk',"
                + " abandoned_at = now() WHERE source = 'given-up.0'");
        database.run("INSERT INTO event_sources (source, origin, instance, partition_id, heartbeat_at, oldest_pending,"
                + " appended) VALUES ('intake.0', 'intake', 'ingest-1', 0, '2015-05-20Z', '2015-05-20Z', 7)");
        database.source("busy.0", "open", 100, BEFORE, END.plusSeconds(5));
        database.sequences("busy.0", 100);
        assertHeld("source busy.0 of gateway-1 is open: published up to 100, stored up to 100,"
                + " oldest unpublished event of 2015-05-31T23:59:59.999Z, last seen 2015-06-01T00:00:05Z;"
                + " such sources: 1");

        database.run("UPDATE event_sources SET oldest_pending = '2015-06-01Z' WHERE source = 'busy.0'");
        database.run("UPDATE event_sources SET heartbeat_at = '2015-05-31 23:59:59Z' WHERE source = 'quiet.0'");
        assertHeld("source quiet.0");

        database.run("UPDATE event_sources SET heartbeat_at = '2015-06-01Z' WHERE source = 'quiet.0'");
        database.sequences("busy.0", 99);
        assertHeld("stored up to 99");

        database.sequences("busy.0", 120, 40L, 41L);
        assertHeld("missing from 40");

        database.sequences("sealed.0", 4);
        database.sequences("busy.0", 100);
        assertHeld("source sealed.0 of gateway-1 is sealed");

        // What is missing past the published sequence was published after this look: later than the period.
        database.sequences("sealed.0", 5);
        database.sequences("busy.0", 120, 110L, 110L);
        assertThat(attempt().state()).isEqualTo(ItemState.CLOSED);
    }

    @Test
    void aBucketThatDiffersFromItsRawEventsHoldsTheTenantAndNamesTheHour() throws Exception {
        database.tenant("other", "UTC", "tiny", "2015-01-01");
        database.requests("acme", 2, "2015-05-10T09:00:00Z");
        assertHeld("hour 2015-05-10T09:00:00Z differs: its bucket has 0 events, 0 billable requests, 0 units,"
                + " its raw events have 2 events, 2 billable requests, 2 units; such hours: 1");
        assertThat(database.rows("SELECT tenant_id FROM tenant_billing_periods"))
                .containsExactly("other");

        database.buckets("acme");
        database.run(
                "UPDATE tenant_metrics_hourly SET fingerprint = fingerprint + 1 WHERE hour_bucket = '2015-05-10 08:00Z'");
        assertHeld("hour 2015-05-10T08:00:00Z differs: its bucket has 10 events");

        database.buckets("acme");
        database.run(
                "INSERT INTO tenant_metrics_hourly (tenant_id, hour_bucket, event_count, fingerprint, log_position,"
                        + " owner, sketch) VALUES ('acme', '2015-05-20 00:00Z', 1, 5, 1, 'stream', '')");
        assertHeld("hour 2015-05-20T00:00:00Z differs: its bucket has 1 events");

        database.run("DELETE FROM tenant_metrics_hourly WHERE hour_bucket = '2015-05-20 00:00Z'");
        assertThat(attempt().state()).isEqualTo(ItemState.CLOSED);
    }

    @Test
    void anHourThatWaitsToBeRecomputedHoldsTheTenant() throws Exception {
        database.run("INSERT INTO tenant_stale_hours (tenant_id, hour_bucket, log_position, reason)"
                + " VALUES ('acme', '2015-05-10 07:00Z', 1, 'late'), ('acme', '2015-06-01 00:00Z', 1, 'late'),"
                + " ('acme', '2015-04-30 23:00Z', 1, 'late')");
        assertHeld("hour 2015-05-10T07:00:00Z waits to be recomputed from the raw events (late); such hours: 1");
        database.run("DELETE FROM tenant_stale_hours WHERE hour_bucket = '2015-05-10 07:00Z'");
        assertThat(attempt().state()).isEqualTo(ItemState.CLOSED);
    }

    @Test
    void anHourThatABoundCutsIsCountedFromRaw() throws Exception {
        database.tenant("kolkata", "Asia/Kolkata", "tiny", "2015-01-01");
        database.requests("kolkata", 60, "2015-04-30T18:29:30Z"); // the month begins at 18:30Z: 30 of 60
        database.requests("kolkata", 60, "2015-05-31T18:29:30Z"); // and ends at 18:30Z: 30 of 60
        database.buckets("kolkata");

        assertThat(attempt("kolkata").state()).isEqualTo(ItemState.CLOSED);

        assertThat(period("kolkata")).isEqualTo("60|60|50|550");
    }

    @Test
    void aMonthWithAClockChangeHoldsAllItsHours() throws Exception {
        database.tenant("berlin", "Europe/Berlin", "tiny", "2015-01-01");
        database.requests("berlin", 20, "2015-02-28T22:59:50Z"); // 10 before, 10 within
        database.requests("berlin", 20, "2015-03-31T21:59:50Z"); // 10 within, 10 after
        database.buckets("berlin");

        BillingRun run = runs.close("2015-03");

        assertThat(runs.item(run, "berlin").state()).isEqualTo(ItemState.CLOSED);
        assertThat(period("berlin")).isEqualTo("20|20|10|550");
        assertThat(database.rows("SELECT extract(epoch FROM ends_at - starts_at)::bigint / 3600"
                        + " FROM tenant_billing_periods WHERE tenant_id = 'berlin'"))
                .containsExactly("743");
    }

    @Test
    void aChangeOfPlanAtLocalMidnightSplitsUsageAtThatMoment() throws Exception {
        database.tenant("kolkata", "Asia/Kolkata", "tiny", "2015-01-01");
        database.plan("big", 3_100, 0, 10);
        database.run("UPDATE plan_assignments SET valid_days = daterange('2015-01-01', '2015-05-11')"
                + " WHERE tenant_id = 'kolkata'");
        database.run("INSERT INTO plan_assignments (tenant_id, plan_id, valid_days, assigned_by)"
                + " VALUES ('kolkata', 'big', daterange('2015-05-11', NULL), 'test')");
        database.requests("kolkata", 60, "2015-05-10T18:29:30Z"); // midnight of the 11th is at 18:30Z
        database.buckets("kolkata");

        assertThat(attempt("kolkata").state()).isEqualTo(ItemState.CLOSED);

        assertThat(database.rows("SELECT plan_id, code, quantity, included_quantity, amount_cents, event_count"
                        + " FROM invoice_lines WHERE tenant_id = 'kolkata' ORDER BY line_no"))
                .containsExactly(
                        "tiny|base|1|0|161|0", // 500 x 10/31
                        "tiny|requests|30|4|50|30",
                        "big|base|1|0|2100|0", // 3100 x 21/31
                        "big|requests|30|0|10|30");
    }

    private String period(String tenantId) {
        return database.rows(
                        "SELECT total_requests, event_count, overage_requests, total_amount_cents"
                                + " FROM tenant_billing_periods WHERE tenant_id = ?",
                        tenantId)
                .getFirst();
    }

    private void assertHeld(String reason) throws Exception {
        RunItem item = attempt();
        assertThat(item.state()).isEqualTo(ItemState.HELD);
        assertThat(item.reason()).contains(reason);
    }

    private RunItem attempt() throws Exception {
        return attempt("acme");
    }

    private RunItem attempt(String tenantId) throws Exception {
        return runs.item(runs.close("2015-05"), tenantId);
    }
}
