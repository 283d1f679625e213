package dev.tollgate.ingest.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.IngestProcesses;
import dev.tollgate.ingest.testing.OldMonth;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.ingest.testing.TopicFeed;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A month goes while the service that takes it out dies twice: with the file written and not yet named, then with the
/// export recorded and the month not yet dropped.
class MonthRetentionKillTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.create();
    private final OldMonth month =
            OldMonth.fill(database, YearMonth.of(2024, 1)).closeAll();

    @Test
    void theExportIsWholeAndTheMonthDroppedOnce(@TempDir Path exports, @TempDir Path logs) throws IOException {
        List<String> stored = month.totals();
        try (TopicFeed topics = new TopicFeed();
                IngestProcesses instances = new IngestProcesses(database, logs)) {
            dies(instances, exports, StrikePoints.EXPORT_BEFORE_RENAME);
            assertThat(names(exports)).containsExactly(month.csv() + ".part");
            assertThat(month.state()).containsExactly("sealed");
            assertThat(month.totals()).isEqualTo(stored);

            dies(instances, exports, StrikePoints.EXPORT_BEFORE_DROP);
            assertThat(month.state()).containsExactly("exported");
            assertThat(month.totals()).isEqualTo(stored);
            FileTime written = Files.getLastModifiedTime(exports.resolve(month.csv()));

            ServiceProcess last = start(instances, exports, "last", Map.of());
            last.awaitWhileAlive("the drop", DEADLINE, () -> month.state().equals(List.of("dropped")));
            assertThat(Files.getLastModifiedTime(exports.resolve(month.csv())))
                    .as("an export that is whole is not made again")
                    .isEqualTo(written);
        }
        assertThat(names(exports)).containsExactly(month.csv(), month.manifest());
        assertThat(month.isThere()).isFalse();
        assertThat(month.history()).containsExactly("raw-month.sealed", "raw-month.exported", "raw-month.dropped");
        assertThat(month.restoredTotals(exports)).isEqualTo(stored);
        JsonNode manifest = JsonMapper.shared().readTree(Files.readString(exports.resolve(month.manifest())));
        assertThat(byTenant(manifest)).isEqualTo(stored);
        assertThat(database.texts("SELECT concat_ws(' ', row_count, void_count, total_units, fingerprint, file_name,"
                        + " file_bytes, encode(file_sha256, 'hex')) FROM raw_months"))
                .containsExactly(totals(manifest) + " " + manifest.path("file").stringValue() + " "
                        + Files.size(exports.resolve(month.csv())) + " "
                        + manifest.path("sha256").stringValue());
        assertThat(manifest.path("columns").valueStream().map(JsonNode::stringValue))
                .contains("voids");
    }

    /// Starts an instance and waits until it has ended itself at the place.
    private static void dies(IngestProcesses instances, Path exports, String place) {
        ServiceProcess process = start(instances, exports, place, Map.of(StrikePoints.ENVIRONMENT_VARIABLE, place));
        assertThat(process.awaitExit(DEADLINE)).as(process.logTail(20)).isEqualTo(StrikePoints.EXIT_STATUS);
    }

    private static ServiceProcess start(
            IngestProcesses instances, Path exports, String name, Map<String, String> environment) {
        return instances.start(
                name,
                environment,
                "--tollgate.ingest.retention.months-kept=14",
                "--tollgate.ingest.retention.directory=" + exports);
    }

    private static List<String> byTenant(JsonNode manifest) {
        List<String> tenants = new ArrayList<>();
        for (JsonNode tenant : manifest.path("tenants")) {
            tenants.add(tenant.path("tenantId").stringValue() + " " + totals(tenant));
        }
        return tenants;
    }

    private static String totals(JsonNode of) {
        return of.path("rows").longValue() + " " + of.path("voids").longValue() + " "
                + of.path("units").longValue() + " " + of.path("fingerprint").stringValue();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
