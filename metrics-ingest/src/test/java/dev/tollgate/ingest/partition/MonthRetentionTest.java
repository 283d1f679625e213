package dev.tollgate.ingest.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.partition.MonthCensus.Census;
import dev.tollgate.ingest.partition.file.MonthFiles;
import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import dev.tollgate.ingest.partition.postgres.PostgresRawMonths;
import dev.tollgate.ingest.testing.OldMonth;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A month that is old enough goes, when all that overlaps it is closed.
class MonthRetentionTest {

    private static final YearMonth JANUARY = YearMonth.of(2024, 1);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2025-06-15T00:00:00Z"));

    private final TestDatabase database = TestDatabase.create();
    private final OldMonth month = OldMonth.fill(database, JANUARY);
    private final PostgresMonths months = new PostgresMonths(database.asIngest());
    private final PostgresRawMonths rawMonths = new PostgresRawMonths(database.asIngest());

    @TempDir
    private Path folder;

    @Test
    void dropsAClosedMonthOnceItsFileIsTheTable() throws IOException {
        month.close("globex", "2024-01-01 00:00+00", "2024-02-01 00:00+00");
        month.close("acme", "2023-12-31 15:00+00", "2024-01-31 15:00+00");
        List<String> rows = month.totals();
        assertThat(database.texts("SELECT concat_ws(' ', tenant_id, row_count, void_count, total_units, fingerprint)"
                        + " FROM tollgate.raw_month_totals('2024-01-01')"))
                .isEqualTo(rows);

        retention().run();
        assertThat(month.isThere())
                .as("acme's last hours are of its open February")
                .isTrue();
        assertThat(database.count("SELECT count(*) FROM raw_months")).isZero();

        month.close("acme", "2024-01-31 15:00+00", "2024-02-29 15:00+00");
        database.execute("INSERT INTO tenant_stale_hours VALUES ('acme', '2024-01-05 03:00+00', 1, 'late')");
        retention().run();
        assertThat(month.isThere()).as("a stale hour needs its rows").isTrue();

        database.execute("DELETE FROM tenant_stale_hours");
        retention().run();
        assertThat(month.isThere()).isFalse();
        assertThat(database.texts("SELECT state || ' ' || row_count || ' ' || void_count FROM raw_months"))
                .containsExactly("dropped " + OldMonth.ROWS + " " + OldMonth.VOIDS);
        assertThat(month.history()).containsExactly("raw-month.sealed", "raw-month.exported", "raw-month.dropped");
        String manifest = Files.readString(folder.resolve(month.manifest()));
        assertThat(manifest).contains("\"month\":\"2024-01\"", "\"rows\":208", "\"tenantId\":\"acme\",\"rows\":104");
        assertThat(month.restoredTotals(folder)).isEqualTo(rows);

        assertThat(months.ensure(JANUARY))
                .as("a dropped month does not come back empty")
                .isFalse();
        database.execute("INSERT INTO tenant_stale_hours VALUES ('acme', '2024-01-05 03:00+00', 2, 'late')");
        assertThat(database.count("SELECT count(*) FROM tenant_stale_hours")).isZero();
    }

    @Test
    void leavesTheMonthWhenTheFileIsNotTheTable() throws IOException {
        month.closeAll();
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
                                        tenant.voids(),
                                        tenant.units() + 1,
                                        tenant.fingerprint())))))
                .hasMessageContaining("differs from the table")
                .hasMessageContaining("acme");
        assertThat(Files.exists(folder.resolve(month.manifest()))).isFalse();

        MonthExport lie = new MonthExport(JANUARY, OldMonth.ROWS, 0, 1, 1, "x", 1, "00".repeat(32));
        assertThatThrownBy(() -> rawMonths.record(lie)).hasMessageContaining("but the table has");
        assertThatThrownBy(() -> rawMonths.drop(lie)).hasMessageContaining("is not in that file");

        retention().run();
        assertThat(month.isThere()).as("nothing but the file was wrong").isFalse();
    }

    @Test
    void aSealedMonthTakesNoMoreRowsAndAnExportIsUsedAgain() throws IOException {
        month.closeAll();
        assertThat(rawMonths.seal(JANUARY)).isTrue();
        assertThat(rawMonths.seal(JANUARY)).isTrue();
        assertThatThrownBy(() -> database.execute("""
                        INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, source, sequence, log_position)
                        VALUES ('acme', '2024-01-02', 'api_request', 'late.0', 1, 1)""")).rootCause().hasMessageContaining("raw_month_is_sealed");
        Path part = Files.writeString(folder.resolve(month.csv() + ".part"), "torn");
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
        assertThat(month.isThere()).as("it is exported anew, then dropped").isFalse();
        assertThat(month.restoredTotals(folder)).hasSize(2);
    }

    @Test
    void countsTheMonthsThatAreKept() {
        MonthCensus census = new MonthCensus(months, rawMonths, 14, CLOCK);
        assertThat(months.ensure(YearMonth.of(2024, 4))).isTrue();
        assertThat(months.ensure(YearMonth.of(2025, 5))).isTrue();
        assertThat(census.take()).isEqualTo(new Census(3, 17, 1, Optional.empty()));

        month.closeAll();
        retention().run();
        assertThat(census.take().overdue()).isZero();
        assertThat(census.take().oldestAgeMonths()).isEqualTo(14);
        assertThat(census.take().exportedAt()).isPresent();
    }

    private MonthRetention retention() {
        StrikePoints inert = StrikePoints.inert();
        return new MonthRetention(months, rawMonths, new MonthFiles(folder, inert), inert, 14, CLOCK);
    }
}
