package dev.tollgate.billing.run.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.invoice.CanonicalText;
import dev.tollgate.billing.invoice.InvoiceSummary;
import dev.tollgate.billing.invoice.postgres.PostgresInvoices;
import dev.tollgate.billing.run.BillingRun;
import dev.tollgate.billing.run.ItemState;
import dev.tollgate.billing.run.StartOutcome;
import dev.tollgate.billing.testing.BillingDatabase;
import dev.tollgate.schema.contract.BillingEvent;
import dev.tollgate.schema.contract.BillingEventCodec;
import dev.tollgate.testing.time.ManualClock;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosingTest {

    private static final String CLOSED_STATE = "SELECT (SELECT string_agg(p::text, ';' ORDER BY id)"
            + " FROM tenant_billing_periods p), (SELECT string_agg(i::text, ';' ORDER BY invoice_id) FROM invoices i),"
            + " (SELECT string_agg(l::text, ';' ORDER BY invoice_id, line_no) FROM invoice_lines l),"
            + " (SELECT string_agg(o::text, ';' ORDER BY outbox_id) FROM billing_outbox o),"
            + " (SELECT string_agg(n::text, ';') FROM invoice_number_series n)";

    private final ManualClock clock = ManualClock.at("2015-06-02T10:00:00Z");
    private final BillingDatabase database = BillingDatabase.create();
    private final TestRuns runs = new TestRuns(database, clock);

    @BeforeEach
    void plans() {
        database.plan("tiny", 500, 10, 50);
    }

    @Test
    void closesAMonthWithTheRightTotals() throws Exception {
        database.tenant("acme", "UTC", "tiny", "2015-01-01");
        database.tenant("idle", "UTC", "free", "2015-01-01");
        database.requests("acme", 7, "2015-04-30T23:59:53Z"); // before the period
        database.requests("acme", 11, "2015-05-01T00:00:00Z");
        database.requests("acme", 1_005, "2015-05-31T23:40:00Z");
        database.requests("acme", 3, "2015-06-01T00:00:00Z"); // after it
        database.buckets("acme");

        BillingRun run = runs.close("2015-05");

        assertThat(run.status()).isEqualTo("completed");
        assertThat(TestRuns.count(run, ItemState.CLOSED)).isEqualTo(2);
        assertThat(database.rows("SELECT tenant_id, period_start, period_end, starts_at = '2015-05-01Z',"
                        + " ends_at = '2015-06-01Z', total_requests, event_count, total_units, total_db_queries,"
                        + " avg_response_time_ms, base_fee_cents, overage_requests, overage_charges_cents,"
                        + " total_amount_cents, invoice_status, cut_position & ((1::bigint << 48) - 1)"
                        + " FROM tenant_billing_periods ORDER BY tenant_id"))
                .containsExactly(
                        "acme|2015-05-01|2015-06-01|t|t|1016|1016|1016|2032|20|500|1006|100|600|pending|1026",
                        "idle|2015-05-01|2015-06-01|t|t|0|0|0|0|0|0|0|0|0|pending|1026");
        assertThat(database.rows("SELECT invoice_number, tenant_id, total_cents, due_on FROM invoices ORDER BY 1"))
                .containsExactly("TG-2015-000001|acme|600|2015-06-16", "TG-2015-000002|idle|0|2015-06-16");
        // Every line's events are found again by what the line says.
        assertThat(database.rows("SELECT l.code, l.amount_cents, l.event_count, l.position_from,"
                        + " l.position_to = CASE WHEN l.meter IS NULL THEN 0 ELSE p.cut_position END,"
                        + " l.event_count = coalesce(u.n, 0) AND l.event_units = coalesce(u.units, 0)"
                        + " AND l.fingerprint = coalesce(u.fp, 0)"
                        + " FROM invoice_lines l JOIN invoices i USING (invoice_id) JOIN tenant_billing_periods p"
                        + " ON p.id = i.period_id, LATERAL (SELECT count(*) AS n, sum(units) AS units,"
                        + " tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type, units, event_time))) AS fp"
                        + " FROM tenant_metrics_raw r WHERE r.tenant_id = l.tenant_id AND event_time >= l.covers_from"
                        + " AND event_time < l.covers_to AND log_position >= l.position_from"
                        + " AND log_position < l.position_to) u WHERE l.tenant_id = 'acme' ORDER BY l.line_no"))
                .containsExactly("base|500|0|0|t|t", "requests|100|1016|0|t|t");
    }

    @Test
    void billsNothingThatWasTakenBack() throws Exception {
        database.tenant("acme", "UTC", "tiny", "2015-01-01");
        database.requests("acme", 1_030, "2015-05-31T23:00:00Z");
        database.voids("acme", 25, "2015-05-31T23:10:00Z");
        database.buckets("acme");

        runs.close("2015-05");

        assertThat(database.rows("SELECT total_requests, event_count, total_units, total_db_queries,"
                        + " avg_response_time_ms, overage_requests FROM tenant_billing_periods"))
                .containsExactly("1005|1055|1005|2010|20|995");
    }

    @Test
    void theHashesCoverWhatIsStored() throws Exception {
        database.tenant("acme", "Asia/Kolkata", "tiny", "2015-01-01");
        database.requests("acme", 20, "2015-05-10T00:00:00Z");
        database.buckets("acme");
        runs.close("2015-05");

        PostgresInvoices invoices = new PostgresInvoices(database.asBilling());
        InvoiceSummary stored = invoices.byNumber("TG-2015-000001").orElseThrow();
        String invoiceText = CanonicalText.of(stored.withLines(invoices.lines(stored.id())));
        assertThat(invoiceText)
                .startsWith("tollgate invoice 1\nid=" + stored.id() + "\nnumber=TG-2015-000001\ntenant=acme\n")
                .contains("\n2.description=Requests\n", "\n2.amountCents=50\n");
        assertThat(hex(invoiceText)).isEqualTo(stored.canonicalHash());
        assertThat(hex(CanonicalText.of(stored.period()))).isEqualTo(stored.periodHash());

        BillingEvent event = BillingEventCodec.decode(HexFormat.of()
                .parseHex(database.rows("SELECT encode(payload, 'hex') FROM billing_outbox")
                        .getFirst()));
        assertThat(event.type()).isEqualTo(BillingEvent.INVOICE_ISSUED);
        assertThat(event.invoiceId()).isEqualTo(stored.id());
        assertThat(event.totalCents()).isEqualTo(550);
        assertThat(event.periodStart()).isEqualTo("2015-05-01");
    }

    @Test
    void theSameMonthAgainChangesNothing() throws Exception {
        database.tenant("acme", "UTC", "tiny", "2015-01-01");
        database.requests("acme", 20, "2015-05-10T00:00:00Z");
        database.buckets("acme");
        runs.close("2015-05");
        List<String> before = database.rows(CLOSED_STATE);

        database.requests("acme", 5_000, "2015-05-11T00:00:00Z");
        BillingRun again = runs.close("2015-05");

        assertThat(TestRuns.count(again, ItemState.ALREADY_CLOSED)).isEqualTo(1);
        assertThat(database.rows(CLOSED_STATE)).isEqualTo(before);
    }

    @Test
    void severalRunsAtOnceCloseEachTenantOnce() throws Exception {
        for (int i = 0; i < 40; i++) {
            database.tenant("t" + i, "UTC", "starter", "2015-01-01");
        }
        UUID first = runs.start("2015-05");
        UUID second = runs.start("2015-05");
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                new TestRuns(database, clock).work();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        runs.work();
        other.join();
        runs.work();

        assertThat(runs.find(first).status()).isEqualTo("completed");
        assertThat(runs.find(second).status()).isEqualTo("completed");
        assertThat(TestRuns.count(runs.find(first), ItemState.CLOSED)
                        + TestRuns.count(runs.find(second), ItemState.CLOSED))
                .isEqualTo(40);
        assertThat(database.rows("SELECT count(*), count(DISTINCT tenant_id), min(invoice_number), max(invoice_number)"
                        + " FROM invoices"))
                .containsExactly("40|40|TG-2015-000001|TG-2015-000040");
    }

    @Test
    void aTransactionThatFailsAtItsEndLeavesNoHalfPeriodAndNoGapInTheNumbers() throws Exception {
        for (String tenant : List.of("a", "b", "c")) {
            database.tenant(tenant, "UTC", "starter", "2015-01-01");
        }
        // Fires at the commit, when numbers are taken and invoices stand.
        database.script("CREATE FUNCTION fail_b() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN IF NEW.tenant_id = ''b'' THEN RAISE EXCEPTION ''b fails''; END IF; RETURN NULL; END';"
                + " CREATE CONSTRAINT TRIGGER fail_b AFTER INSERT ON invoices DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION fail_b()");

        BillingRun run = runs.close("2015-05");

        assertThat(runs.item(run, "b").state()).isEqualTo(ItemState.PARKED);
        assertThat(runs.item(run, "b").reason()).contains("b fails");
        assertThat(database.rows("SELECT i.invoice_number, i.tenant_id, (SELECT count(*) FROM invoice_lines l"
                        + " WHERE l.invoice_id = i.invoice_id) FROM invoices i ORDER BY 1"))
                .containsExactly("TG-2015-000001|a|2", "TG-2015-000002|c|2");
        assertThat(database.rows("SELECT tenant_id FROM tenant_billing_periods ORDER BY 1"))
                .containsExactly("a", "c");
        assertThat(database.rows("SELECT count(*) FROM billing_outbox")).containsExactly("2");

        database.script("DROP TRIGGER fail_b ON invoices");
        runs.close("2015-05");
        assertThat(database.rows("SELECT invoice_number FROM invoices WHERE tenant_id = 'b'"))
                .containsExactly("TG-2015-000003");
    }

    @Test
    void whoCannotBeRatedIsParkedWhileTheOthersClose() throws Exception {
        database.tenant("acme", "UTC", "starter", "2015-01-01");
        database.tenant("ended", "UTC", "starter", "2015-01-01");
        database.run("UPDATE plan_assignments SET valid_days = daterange('2015-01-01', '2015-05-11')"
                + " WHERE tenant_id = 'ended'");
        database.tenant("leaver", "UTC", "starter", "2015-01-01");
        database.run("UPDATE plan_assignments SET valid_days = daterange('2015-01-01', '2015-04-11')"
                + " WHERE tenant_id = 'leaver'");
        database.tenant("gone", "UTC", "starter", "2015-01-01");
        database.run("UPDATE plan_assignments SET valid_days = daterange('2015-01-01', '2015-04-11')"
                + " WHERE tenant_id = 'gone'");
        database.tenant("broken", "UTC", "starter", "2015-01-01");
        database.run("UPDATE tenants SET time_zone = 'Mars/Olympus' WHERE tenant_id = 'broken'");
        database.requests("stranger", 3, "2015-05-10T00:00:00Z");
        database.requests("leaver", 3, "2015-05-10T00:00:00Z");
        database.buckets("leaver");
        database.buckets("stranger");

        BillingRun run = runs.close("2015-05");

        assertThat(runs.items(run))
                .extracting(item -> item.tenantId() + " " + item.state().wireName())
                .containsExactly("acme closed", "broken parked", "ended closed", "leaver parked", "stranger parked");
        assertThat(runs.item(run, "stranger").reason()).isEqualTo("is not registered");
        assertThat(runs.item(run, "leaver").reason())
                .isEqualTo("has no plan from 2015-05-01 to 2015-05-31, but 3 events on these days");
        assertThat(runs.item(run, "broken").reason()).contains("Mars/Olympus");
        // Ten of 31 days of 2900 cents.
        assertThat(database.rows("SELECT tenant_id, total_amount_cents FROM tenant_billing_periods ORDER BY 1"))
                .containsExactly("acme|2900", "ended|935");
    }

    @Test
    void aMonthThatEndsLaterForATenantIsHeldUntilItHasEnded() throws Exception {
        database.tenant("la", "America/Los_Angeles", "starter", "2015-01-01");
        database.tenant("utc", "UTC", "starter", "2015-01-01");
        TestRuns early = new TestRuns(database, ManualClock.at("2015-06-01T06:59:59Z"));

        BillingRun run = early.close("2015-05");

        assertThat(early.item(run, "utc").state()).isEqualTo(ItemState.CLOSED);
        assertThat(early.item(run, "la").state()).isEqualTo(ItemState.HELD);
        assertThat(early.item(run, "la").reason())
                .isEqualTo("its month ends at 2015-06-01T07:00:00Z (America/Los_Angeles)");
        BillingRun later = runs.close("2015-05");
        assertThat(runs.item(later, "la").state()).isEqualTo(ItemState.CLOSED);
    }

    @Test
    void anIdempotencyKeyStartsOneRun() throws Exception {
        PostgresRuns starter = new PostgresRuns(database.asBilling());
        var may = YearMonth.parse("2015-05");
        var first = starter.start(may, "key-1", "finance", clock.instant());
        var second = starter.start(may, "key-1", "finance", clock.instant());
        assertThat(second).isEqualTo(new StartOutcome.Started(((StartOutcome.Started) first).runId(), false));
        assertThat(starter.start(may.minusMonths(1), "key-1", "finance", clock.instant()))
                .isInstanceOf(StartOutcome.KeyReused.class);
        assertThat(database.rows(
                        "SELECT actor, action, after ->> 'month' FROM audit_log WHERE action LIKE 'billing.%'"))
                .containsExactly("finance|billing.run.started|2015-05");
        assertThat(starter.find(UUID.randomUUID())).isEqualTo(Optional.empty());
    }

    private static String hex(String canonicalText) {
        return HexFormat.of().formatHex(CanonicalText.sha256(canonicalText));
    }
}
