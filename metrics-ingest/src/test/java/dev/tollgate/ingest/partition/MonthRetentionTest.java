package dev.tollgate.ingest.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.partition.file.MonthFiles;
import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import dev.tollgate.ingest.partition.postgres.PostgresRawMonths;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// January 2024 is old enough to go, when all that overlaps it is closed.
class MonthRetentionTest {

    private static final YearMonth JANUARY = YearMonth.of(2024, 1);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2025-06-15T00:00:00Z"));
    private static final String LEAF = "SELECT count(*) FROM pg_class WHERE relname = 'tenant_metrics_raw_2024_01'";

    private final TestDatabase database = TestDatabase.create();
    private final PostgresMonths months = new PostgresMonths(database.asIngest());
    private final PostgresRawMonths rawMonths = new PostgresRawMonths(database.asIngest());

    @TempDir
    private Path folder;

    @BeforeEach
    void storesEventsOfTwoTenants() {
        assertThat(months.ensure(JANUARY)).isTrue();
        database.execute("""
                INSERT INTO tenant_metrics_raw (tenant_id, event_time, endpoint, event_type, units, source, sequence, log_position)
                SELECT t, TIMESTAMPTZ '2024-01-01 00:00:00.250+00' + n * INTERVAL '7 hours', E'/a,"b"\\n' || n,
                    'api_request', n % 5, 'lane.0', n, n
                FROM unnest(ARRAY['globex', 'acme']) t, generate_series(0, 105) n
                """);
        database.execute("""
                INSERT INTO billing_runs (month, status, started_by, completed_at) VALUES ('2024-01-01', 'completed', 'test', now())
                """);
    }

    @Test
    void dropsAClosedMonthOnceItsFileIsTheTable() throws IOException {
        close("globex", "2024-01-01 00:00+00", "2024-02-01 00:00+00");
        close("acme", "2023-12-31 15:00+00", "2024-01-31 15:00+00");
        String rows = database.texts("SELECT string_agg(sum, '') FROM (SELECT row_count || ' ' || total_units || ' '"
                        + " || fingerprint || ';' AS sum FROM tollgate.raw_month_totals('2024-01-01')) t")
                .getFirst();

        retention().run();
        assertThat(database.count(LEAF))
                .as("acme's last hours are of its open February")
                .isEqualTo(1);
        assertThat(database.count("SELECT count(*) FROM raw_months")).isZero();

        close("acme", "2024-01-31 15:00+00", "2024-02-29 15:00+00");
        database.execute("INSERT INTO tenant_stale_hours VALUES ('acme', '2024-01-05 03:00+00', 1, 'late')");
        retention().run();
        assertThat(database.count(LEAF)).as("a stale hour needs its rows").isEqualTo(1);

        database.execute("DELETE FROM tenant_stale_hours");
        retention().run();
        assertThat(database.count(LEAF)).isZero();
        assertThat(database.texts("SELECT state || ' ' || row_count || ' ' || void_count FROM raw_months"))
                .containsExactly("dropped 212 0");
        assertThat(database.texts("SELECT action FROM audit_log WHERE action LIKE 'raw-month%' ORDER BY audit_id"))
                .containsExactly("raw-month.sealed", "raw-month.exported", "raw-month.dropped");
        String manifest = Files.readString(folder.resolve("tenant_metrics_raw_2024_01.manifest.json"));
        assertThat(manifest).contains("\"month\":\"2024-01\"", "\"rows\":212", "\"tenantId\":\"acme\",\"rows\":106");
        assertThat(restored()).isEqualTo(rows);

        assertThat(months.ensure(JANUARY))
                .as("a dropped month does not come back empty")
                .isFalse();
        database.execute("INSERT INTO tenant_stale_hours VALUES ('acme', '2024-01-05 03:00+00', 2, 'late')");
        assertThat(database.count("SELECT count(*) FROM tenant_stale_hours")).isZero();
    }

    @Test
    void leavesTheMonthWhenTheFileIsNotTheTable() throws IOException {
        closeAll();
        assertThat(rawMonths.seal(JANUARY)).isTrue();
        MonthArchive archive = new MonthFiles(folder, StrikePoints.inert());
        assertThatThrownBy(() -> archive.write(
                        JANUARY,
                        out -> rawMonths.copy(JANUARY, out),
                        each -> rawMonths.totals(
                                JANUARY,
                                tenant -> each.accept(new TenantTotals(
                                        tenant.tenantId(),
                                        tenant.rows(),
                                        0,
                                        tenant.units() + 1,
                                        tenant.fingerprint())))))
                .hasMessageContaining("differs from the table")
                .hasMessageContaining("acme");
        assertThat(Files.exists(folder.resolve("tenant_metrics_raw_2024_01.manifest.json")))
                .isFalse();

        MonthExport lie = new MonthExport(JANUARY, 212, 0, 1, 1, "x", 1, "00".repeat(32));
        assertThatThrownBy(() -> rawMonths.record(lie)).hasMessageContaining("but the table has");
        assertThatThrownBy(() -> rawMonths.drop(lie)).hasMessageContaining("is not in that file");

        retention().run();
        assertThat(database.count(LEAF)).as("nothing but the file was wrong").isZero();
    }

    @Test
    void aSealedMonthTakesNoMoreRowsAndAnExportIsUsedAgain() throws IOException {
        closeAll();
        assertThat(rawMonths.seal(JANUARY)).isTrue();
        assertThat(rawMonths.seal(JANUARY)).isTrue();
        assertThatThrownBy(() -> database.execute("""
                        INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, source, sequence, log_position)
                        VALUES ('acme', '2024-01-02', 'api_request', 'late.0', 1, 1)""")).rootCause().hasMessageContaining("raw_month_is_sealed");
        Path part = Files.writeString(folder.resolve("tenant_metrics_raw_2024_01.csv.gz.part"), "torn");
        MonthFiles archive = new MonthFiles(folder, StrikePoints.inert());
        MonthExport export =
                archive.write(JANUARY, out -> rawMonths.copy(JANUARY, out), each -> rawMonths.totals(JANUARY, each));
        assertThat(Files.exists(part)).isFalse();
        rawMonths.record(export);
        assertThat(rawMonths.exported(JANUARY)).contains(export);
        assertThat(archive.has(export)).isTrue();
        Files.writeString(folder.resolve(export.fileName()), "spoilt");
        assertThat(archive.has(export)).isFalse();

        retention().run();
        assertThat(database.count(LEAF)).as("it is exported anew, then dropped").isZero();
        assertThat(restored()).isNotEmpty();
    }

    private MonthRetention retention() {
        StrikePoints inert = StrikePoints.inert();
        return new MonthRetention(months, rawMonths, new MonthFiles(folder, inert), inert, 14, CLOCK);
    }

    /// Loads the file into a table and answers its totals by tenant.
    private String restored() throws IOException {
        String csv;
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(folder.resolve("tenant_metrics_raw_2024_01.csv.gz")))) {
            csv = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        database.execute("CREATE TABLE restored (LIKE tenant_metrics_raw)");
        database.copyIn("COPY restored FROM STDIN (FORMAT csv, HEADER MATCH)", csv);
        return database.texts("SELECT string_agg(sum, '') FROM (SELECT count(*) || ' ' || sum(units) || ' '"
                        + " || tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type, units, event_time)))"
                        + " || ';' AS sum FROM restored GROUP BY tenant_id ORDER BY tenant_id) t")
                .getFirst();
    }

    private void closeAll() {
        for (String tenant : List.of("acme", "globex")) {
            close(tenant, "2024-01-01 00:00+00", "2024-02-01 00:00+00");
        }
    }

    private void close(String tenant, String from, String to) {
        database.execute("""
                INSERT INTO tenant_billing_periods (tenant_id, period_start, period_end, time_zone, starts_at, ends_at,
                    cut_position, event_count, fingerprint, currency, invoice_generated_at, run_id, canonical_hash)
                SELECT '%1$s', (TIMESTAMPTZ '%2$s' + INTERVAL '12 hours')::date, (TIMESTAMPTZ '%3$s' + INTERVAL '12 hours')::date,
                    'UTC', '%2$s', '%3$s', 1, 1, 1, 'USD', now(), run_id, sha256('x') FROM billing_runs
                """.formatted(tenant, from, to));
    }
}
