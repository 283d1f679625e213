package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.partition.MonthRetention;
import dev.tollgate.ingest.partition.file.MonthFiles;
import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import dev.tollgate.ingest.partition.postgres.PostgresRawMonths;
import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.ingest.testing.IntakeClient;
import dev.tollgate.ingest.testing.IntakeClient.Answer;
import dev.tollgate.ingest.testing.OldMonth;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.kafka.KafkaServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Events that come when their month has been sealed, or is in its file only. Each test has a month of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LateEventsTest {

    private static final String STRUCTURED = "application/cloudevents+json";

    private final IngestHarness harness = new IngestHarness(2, "--tollgate.ingest.intake.age-max=4000d");
    private final IntakeClient client = new IntakeClient(harness);
    private final PostgresRawMonths rawMonths =
            new PostgresRawMonths(harness.database().asIngest());

    @AfterAll
    void stop() {
        harness.close();
    }

    @Test
    void fromTheTopicTheyBecomeDeadLettersAndTheRestIsStored(@TempDir Path exports) {
        OldMonth june = OldMonth.fill(harness.database(), YearMonth.of(2023, 6)).closeAll();
        Instant inJune = Instant.parse("2023-06-15T12:00:00Z");
        assertThat(rawMonths.seal(june.month())).isTrue();
        List<String> sealed = june.totals();

        harness.publish(List.of(Events.event("late", "late.1", 1, inJune), Events.event("late", "late.1", 2)));
        harness.await(
                "the event of an open month", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'late'");
        assertThat(header(harness.deadLetters("late", 1).getFirst(), "reason")).contains("takes no more events");
        assertThat(june.totals()).isEqualTo(sealed);

        drop(june, exports);
        harness.publish(List.of(Events.event("late", "late.1", 3, inJune), Events.event("late", "late.1", 4)));
        harness.await("the second one", 2, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'late'");
        List<ConsumerRecord<byte[], byte[]>> letters = harness.deadLetters("late", 2);
        assertThat(letters).hasSize(2).allSatisfy(letter -> {
            assertThat(header(letter, "reason")).contains("takes no more events");
            assertThat(header(letter, "field")).isEqualTo("$");
        });
        assertThat(june.isThere()).as("the month does not come back").isFalse();
        replayLeavesThem();
        harness.await(
                "all of them counted as seen",
                1,
                "SELECT count(*) FROM ingest_sequences WHERE source = 'late.1' AND highest = 4 AND missing = '{}'");
    }

    @Test
    void theIntakeRefusesThemAndNamesTheField(@TempDir Path exports) {
        OldMonth may = OldMonth.fill(harness.database(), YearMonth.of(2023, 5)).closeAll();
        String key = client.tenantKey("tardy", "events:write");
        String finance = client.operatorKey("fiona", Role.FINANCE);
        Answer first = client.events(key, STRUCTURED, event("a", "2023-05-15T12:00:00Z"));
        assertThat(first.status()).isEqualTo(202);
        String eventId = first.body().path("eventId").stringValue();
        harness.await("the event", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'tardy'");
        may.close("tardy");
        assertThat(rawMonths.seal(may.month())).isTrue();

        refusesMay(key, finance, eventId);
        drop(may, exports);
        refusesMay(key, finance, eventId);

        Answer batch = client.events(
                key,
                "application/cloudevents-batch+json",
                "[" + event("c", "2023-05-31T23:59:59.999Z") + "," + event("d", "2023-04-30T23:59:59Z") + "]");
        assertThat(batch.status()).isEqualTo(207);
        assertThat(batch.body().at("/items/0/problem/path").stringValue()).isEqualTo("$[0].time");
        assertThat(batch.body().at("/items/1/status").intValue()).isEqualTo(202);
        harness.await("the event of April", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'tardy'");
        assertThat(harness.database().count("SELECT count(*) FROM event_voids WHERE tenant_id = 'tardy'"))
                .isZero();
    }

    /// Else it would be taken, become a dead letter again, and be a repeat once the month is unsealed.
    private void replayLeavesThem() {
        var out = new ByteArrayOutputStream();
        int status = ReplayApplication.run(
                new String[] {"--reason", "takes no more events"},
                Map.of(
                        "TOLLGATE_INGEST_DATABASE_URL", harness.database().url(),
                        "TOLLGATE_INGEST_DATABASE_USER", "tollgate_ingest",
                        "TOLLGATE_INGEST_KAFKA_BOOTSTRAP_SERVERS",
                                KafkaServer.shared().bootstrapServers()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                System.err);
        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "\"selected\":2,\"accepted\":0",
                        "eventTime belongs to a month that takes no more events: 2023-06");
    }

    private void refusesMay(String key, String finance, String eventId) {
        Answer event = client.events(key, STRUCTURED, event("b", "2023-05-01T00:00:00Z"));
        assertThat(event.status()).isEqualTo(422);
        assertThat(event.body().path("path").stringValue()).isEqualTo("$.time");
        Answer binary = client.events(
                key,
                "application/json",
                "{}",
                "ce-specversion",
                "1.0",
                "ce-type",
                "dev.tollgate.usage.api_request.v1",
                "ce-source",
                "s",
                "ce-id",
                "b",
                "ce-time",
                "2023-05-31T23:59:59Z");
        assertThat(binary.body().path("path").stringValue()).isEqualTo("ce-time");
        Answer voiding = client.events(key, STRUCTURED, """
                {"specversion":"1.0","type":"dev.tollgate.usage.void.v1","source":"s","id":"v",
                 "data":{"voids":{"id":"a"},"reason":"r"}}""");
        assertThat(voiding.status()).as(voiding.body().toString()).isEqualTo(422);
        assertThat(voiding.body().path("path").stringValue()).isEqualTo("$.data.voids.id");
        assertThat(client.send(
                                "PUT",
                                "/v1/tenants/tardy/events/" + eventId + "/void",
                                finance,
                                "application/json",
                                "{\"reason\":\"r\"}")
                        .status())
                .isEqualTo(422);
    }

    private void drop(OldMonth month, Path exports) {
        StrikePoints inert = StrikePoints.inert();
        new MonthRetention(
                        new PostgresMonths(harness.database().asIngest()),
                        rawMonths,
                        new MonthFiles(exports, inert),
                        inert,
                        14,
                        InstantSource.system())
                .run();
        assertThat(month.state()).containsExactly("dropped");
    }

    private static String event(String id, String time) {
        return "{\"specversion\":\"1.0\",\"type\":\"dev.tollgate.usage.api_request.v1\",\"source\":\"s\",\"id\":\"" + id
                + "\",\"time\":\"" + time + "\",\"data\":{}}";
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
