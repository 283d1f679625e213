package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportApplicationTest {

    private static final String LOG = """
            10.0.0.1 - - [30/Apr/2015:23:59:59 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
            10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /b HTTP/1.1" 404 50 "-" "x"
            10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /b HTTP/1.1" 404 50 "-" "x"
            this is no log line

            2001:db8::7 - jo [17/May/2015:12:05:03 +0200] "POST /c HTTP/1.1" 500 - "-" "unclosed
            """;

    private final TestDatabase database = TestDatabase.create();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void addsOnlyWhatIsNewHoweverTheFileIsNamed() throws IOException {
        assertThat(run(write("access.log", LOG))).isZero();
        assertThat(report())
                .contains("\"lines\":5", "\"requests\":4", "\"accepted\":4", "\"repeated\":0", "\"bad\":1")
                .contains("\"badLines\":[{\"line\":4,\"reason\":\"the time in brackets is missing\"}]")
                .contains("\"tenantsRegistered\":2", "\"months\":[\"2015-04\",\"2015-05\"]")
                .contains("{\"tenantId\":\"10.0.0.1\",\"requests\":3,\"errors\":2,\"bytesSent\":200}")
                .contains("{\"tenantId\":\"2001-db8--7\",\"requests\":1,\"errors\":1,\"bytesSent\":0}");

        String grown = LOG + "10.0.0.9 - - [18/May/2015:00:00:00 +0000] \"GET /d HTTP/1.1\" 200 1 \"-\" \"x\"\n"
                + "10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET /b HTTP/1.1\" 404 50 \"-\" \"x\"\n"
                + "10.0.0.9 - - [18/May/2015:00:00:01 +0000] \"GET /d HTTP/1.1\" 200 1 \"-\" \"being writ";
        assertThat(run(compressed("renamed.log.gz", grown))).isZero();
        assertThat(report())
                .contains("\"accepted\":2", "\"repeated\":4", "\"bad\":2", "\"tenantsRegistered\":1")
                .contains("the line is not finished yet");
        assertThat(database.count("SELECT count(*) FROM intake_outbox")).isEqualTo(6);
        assertThat(database.texts("SELECT plan_id || ' ' || valid_days FROM plan_assignments ORDER BY tenant_id"))
                .containsExactly(
                        "professional [2015-04-01,)", "professional [2015-04-01,)", "professional [2015-04-01,)");
    }

    @Test
    void aLineThatTheIntakeRefusesIsABadLineLikeAnyOther() throws IOException {
        String refusable = """
                10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
                10.0.0.1 - - [31/Dec/1999:23:59:59 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
                10.0.0.2 - - [31/May/1999:00:00:00 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
                10.0.0.3 - - [01/Jan/9000:00:00:00 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
                10.0.0.4 - - [01/Jan/1969:00:00:00 +0000] "GET /a HTTP/1.1" 200 100 "-" "x"
                10.0.0.5 - - [18/May/2015:10:05:03 +0000] "GET /\0 HTTP/1.1" 200 100 "-" "x"
                """;

        assertThat(run(write("refusable.log", refusable))).isZero();
        assertThat(report())
                .contains("\"lines\":6,\"requests\":1,\"accepted\":1,\"repeated\":0,\"conflicting\":0,\"bad\":5")
                .contains("{\"line\":2,\"reason\":\"eventTime must not be earlier than 2000\"}")
                .contains("{\"line\":3,\"reason\":\"eventTime must not be earlier than 2000\"}")
                .contains("{\"line\":4,\"reason\":\"time must be at most ")
                .contains("{\"line\":5,\"reason\":\"eventTime must be whole milliseconds between 1970 and 9999\"}")
                .contains("{\"line\":6,\"reason\":\"endpoint must not contain NUL or a lone surrogate\"}")
                .contains("\"tenantsRegistered\":1,\"months\":[\"2015-05\"]")
                .contains("\"tenants\":[{\"tenantId\":\"10.0.0.1\",\"requests\":1,\"errors\":0,\"bytesSent\":100}]");
        assertThat(database.texts("SELECT tenant_id || ' ' || valid_days FROM plan_assignments"))
                .containsExactly("10.0.0.1 [2015-05-01,)");
        assertThat(database.count("SELECT count(*) FROM tenants")).isEqualTo(1);
    }

    @Test
    void saysHowManyKnownTenantsKeepAnotherPlan() throws IOException {
        assertThat(run(write("first.log", LOG))).isZero();
        assertThat(run(write("again.log", LOG))).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("another plan");

        String grown = LOG + "10.0.0.9 - - [18/May/2015:00:00:00 +0000] \"GET /d HTTP/1.1\" 200 1 \"-\" \"x\"\n";
        assertThat(run(write("grown.log", grown), "--plan", "starter")).isZero();

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsOnlyOnce(
                        "import: tenants registered with the plan starter: 1; known tenants that keep another plan: 2");
        assertThat(database.texts("SELECT plan_id FROM plan_assignments ORDER BY tenant_id"))
                .containsExactly("professional", "starter", "professional");
    }

    @Test
    void saysByItsStatusWhatWentWrong() throws IOException {
        assertThat(run(folder.resolve("missing.log"))).isEqualTo(ImportApplication.EXIT_FILE);
        assertThat(run(write("x.log", LOG), "--plan", "gold")).isEqualTo(ImportApplication.EXIT_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no plan gold, only enterprise");
        assertThat(run(write("x.log", LOG), "--tenant", "path:[")).isEqualTo(ImportApplication.EXIT_USAGE);
        assertThat(run(write("empty.log", ""))).isZero();
        assertThat(ImportApplication.run(
                        new String[] {"--file", folder.resolve("x.log").toString()},
                        Map.of(
                                "TOLLGATE_INGEST_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none",
                                "TOLLGATE_INGEST_DATABASE_USER", "tollgate_ingest"),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)))
                .isEqualTo(ImportApplication.EXIT_DATABASE);
    }

    private int run(Path file, String... more) {
        out.reset();
        String[] args = new String[4 + more.length];
        args[0] = "--file";
        args[1] = file.toString();
        args[2] = "--plan";
        args[3] = "professional";
        System.arraycopy(more, 0, args, 4, more.length);
        Map<String, String> environment = Map.of(
                "TOLLGATE_INGEST_DATABASE_URL", database.url(), "TOLLGATE_INGEST_DATABASE_USER", "tollgate_ingest");
        return ImportApplication.run(
                args,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String report() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path compressed(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
