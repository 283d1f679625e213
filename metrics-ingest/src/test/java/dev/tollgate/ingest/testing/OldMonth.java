package dev.tollgate.ingest.testing;

import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A month in a database, with rows of two tenants, one in ten a void: it may go, once all that overlaps it is closed.
public record OldMonth(TestDatabase database, YearMonth month) {

    public static final int ROWS = 208;
    public static final int VOIDS = 22;

    private static final List<String> TENANTS = List.of("acme", "globex");

    /// A row for each tenant: rows, voids, units and fingerprint with voids subtracted.
    private static final String TOTALS = """
            SELECT concat_ws(' ', tenant_id, count(*), count(voids), sum(signed_units),
                tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type, signed_units, event_time))))
            FROM (SELECT *, CASE WHEN voids IS NULL THEN units ELSE -units END AS signed_units FROM %s) r
            GROUP BY tenant_id ORDER BY tenant_id
            """;

    /// The month must not be there yet. Its first event is 250 ms after its start, its last one in its last hour.
    public static OldMonth fill(TestDatabase database, YearMonth month) {
        if (!new PostgresMonths(database.asIngest()).ensure(month)) {
            throw new IllegalStateException("the month was there before");
        }
        long stepMs = Duration.ofHours(24L * month.lengthOfMonth() - 1).toMillis() / 103;
        database.execute("""
                INSERT INTO tenant_metrics_raw (tenant_id, event_time, endpoint, event_type, units, source, sequence, log_position, voids)
                SELECT t, TIMESTAMPTZ '%s-01 00:00:00.250+00' + n * INTERVAL '%d ms', E'/a,"b"\\n' || n,
                    'api_request', n %% 5, 'lane.0', n, n, CASE WHEN n %% 10 = 3 THEN gen_random_uuid() END
                FROM unnest(ARRAY['globex', 'acme']) t, generate_series(0, 103) n
                """.formatted(month, stepMs));
        database.execute("""
                INSERT INTO billing_runs (month, status, started_by, completed_at) VALUES ('%s-01', 'completed', 'test', now())
                """.formatted(month));
        return new OldMonth(database, month);
    }

    public OldMonth closeAll() {
        for (String tenant : TENANTS) {
            close(tenant);
        }
        return this;
    }

    /// The tenant's billing period that is the month in UTC.
    public void close(String tenant) {
        close(tenant, month + "-01 00:00+00", month.plusMonths(1) + "-01 00:00+00");
    }

    public void close(String tenant, String from, String to) {
        database.execute("""
                INSERT INTO tenant_billing_periods (tenant_id, period_start, period_end, time_zone, starts_at, ends_at,
                    cut_position, event_count, fingerprint, currency, invoice_generated_at, run_id, canonical_hash)
                SELECT '%1$s', (TIMESTAMPTZ '%2$s' + INTERVAL '12 hours')::date, (TIMESTAMPTZ '%3$s' + INTERVAL '12 hours')::date,
                    'UTC', '%2$s', '%3$s', 1, 1, 1, 'USD', now(), run_id, sha256('x') FROM billing_runs WHERE month = '%4$s-01'
                """.formatted(tenant, from, to, month));
    }

    /// Whether the raw table has the month.
    public boolean isThere() {
        return database.count("SELECT count(*) FROM pg_class WHERE relname = '" + table() + "'") == 1;
    }

    /// `sealed`, `exported` or `dropped`; empty while the month takes events.
    public List<String> state() {
        return database.texts("SELECT state FROM raw_months WHERE month = '" + month + "-01'");
    }

    public String csv() {
        return table() + ".csv.gz";
    }

    public String manifest() {
        return table() + ".manifest.json";
    }

    /// By tenant, of the rows in the raw table.
    public List<String> totals() {
        return database.texts(TOTALS.formatted(table()));
    }

    /// By tenant, of the rows in the file of a folder, once PostgreSQL has read them.
    public List<String> restoredTotals(Path folder) throws IOException {
        String csv;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(csv())))) {
            csv = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        database.execute("CREATE TABLE restored (LIKE tenant_metrics_raw)");
        database.copyIn("COPY restored FROM STDIN (FORMAT csv, HEADER MATCH)", csv);
        return database.texts(TOTALS.formatted("restored"));
    }

    /// What the audit log says of months, in order.
    public List<String> history() {
        return database.texts("SELECT action FROM audit_log WHERE action LIKE 'raw-month%' ORDER BY audit_id");
    }

    private String table() {
        return "tenant_metrics_raw_" + month.toString().replace('-', '_');
    }
}
