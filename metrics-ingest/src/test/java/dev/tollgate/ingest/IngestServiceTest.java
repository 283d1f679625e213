package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeLimits;
import dev.tollgate.ingest.intake.IntakeResult;
import dev.tollgate.ingest.intake.Usage;
import dev.tollgate.ingest.intake.postgres.PostgresIntakeLedger;
import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The service as a whole. Each test has tenants of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestServiceTest {

    private final IngestHarness harness = new IngestHarness();

    @AfterAll
    void stop() {
        harness.close();
    }

    @Test
    void storesEveryEventOnceThoughItIsSentTwiceAndInDisorder() {
        var events = new ArrayList<>(Events.events("twice", "twice.1", 1, 300));
        Collections.shuffle(events, new Random(3));
        harness.publish(events.subList(0, 299));
        harness.publish(events.subList(0, 100));
        long missing = events.getLast().sequence();

        await("all but one", 299, "twice");
        awaitSequences("twice.1", "300 {" + missing + "," + missing + "}");
        harness.publish(List.of(events.getLast()));
        await("all events", 300, "twice");
        awaitSequences("twice.1", "300 {}");
    }

    @Test
    void aReplayOfTheWholeTopicAddsNothing() {
        harness.publish(Events.events("replay", "replay.1", 1, 500));
        harness.publish("replay", "{".getBytes(StandardCharsets.UTF_8));
        await("the events", 500, "replay");
        long before = harness.database().count("SELECT count(*) FROM tenant_metrics_raw");
        int partition = Topics.partitionOf("replay");
        String stored = "SELECT next_offset FROM ingest_positions WHERE partition_id = " + partition;
        Await.until(
                "the bad record",
                IngestHarness.DEADLINE,
                () -> harness.deadLetters("replay", 1).size() == 1);
        long end = harness.database().count(stored);

        harness.restart(() -> harness.database().execute("UPDATE ingest_positions SET next_offset = 0"));

        harness.await("the end of the replay", end, stored);
        assertThat(harness.database().count("SELECT count(*) FROM tenant_metrics_raw"))
                .isEqualTo(before);
        assertThat(harness.database().count("SELECT count(*) FROM tenant_stale_hours"))
                .isZero();
    }

    @Test
    void sendsWhatCannotBeUsedToTheDeadLettersAndGoesOn() {
        String good = json("letters", "letters.1", 1);
        harness.publish("letters", good.replace("\"letters\"", "\"a tenant\"").getBytes(StandardCharsets.UTF_8));
        harness.publish(
                "letters",
                json("letters", "letters.1", 2).replace("user-1", "u\\u0000").getBytes(StandardCharsets.UTF_8));
        harness.publish("letters", "no json".getBytes(StandardCharsets.UTF_8));
        harness.publish(List.of(Events.event("letters", "letters.1", 3)));

        await("the good one", 1, "letters");
        List<ConsumerRecord<byte[], byte[]>> letters = harness.deadLetters("letters", 3);
        assertThat(letters).extracting(letter -> header(letter, "field")).containsExactly("tenantId", "userId", "$");
        assertThat(header(letters.getFirst(), "reason")).isNotEmpty();
        assertThat(header(letters.getFirst(), "origin-topic")).isEqualTo(Topics.USAGE_REQUESTS);
        assertThat(header(letters.getFirst(), "service")).isEqualTo("ingest");
        assertThat(new String(letters.getLast().value(), StandardCharsets.UTF_8))
                .isEqualTo("no json");
        // Dead letters whose number can be read count as seen: their source can be complete.
        awaitSequences("letters.1", "3 {}");
    }

    @Test
    void goesOnAfterItsSessionsWereEndedAndStoresNothingTwice() {
        harness.publish(Events.events("cut", "cut.1", 1, 50));
        await("the first events", 50, "cut");
        harness.database()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE usename = 'tollgate_ingest' AND datname = current_database()");
        harness.publish(Events.events("cut", "cut.1", 1, 100));
        await("all events", 100, "cut");
        awaitSequences("cut.1", "100 {}");
    }

    @Test
    void carriesAcceptedEventsOfOtherProducersThroughTheTopic() {
        var intake = new Intake(
                new PostgresIntakeLedger(harness.database().asIngest()),
                Set::of,
                IntakeLimits.HISTORY,
                InstantSource.system());
        Usage usage = new Usage(null, "/x", "GET", null, 0, 0, null, 200, 1, 0, null, 1);
        List<IncomingEvent> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String tenant = "relayed-" + i % 4;
            events.add(new IncomingEvent("p", "e" + i, tenant, EventType.API_REQUEST, Events.TIME, usage));
        }
        assertThat(intake.accept(events)).hasSize(40).allMatch(result -> result instanceof IntakeResult.Accepted);
        assertThat(intake.accept(events)).allMatch(result -> result instanceof IntakeResult.Repeated);

        harness.await("all events", 40, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id LIKE 'relayed-%'");
        harness.await("an empty outbox", 0, "SELECT count(*) FROM intake_outbox");
        harness.await(
                "complete sources",
                0,
                "SELECT count(*) FROM event_sources s LEFT JOIN ingest_sequences i USING (source)"
                        + " WHERE s.published <> s.appended OR i.highest IS DISTINCT FROM s.published"
                        + " OR i.missing <> '{}'");
    }

    @Test
    void isReadyOnlyWhileTheNextMonthIsThere() {
        Await.until("ready", IngestHarness.DEADLINE, () -> status("/actuator/health/readiness") == 200);
        assertThat(status("/actuator/prometheus")).isEqualTo(200);
        String next = harness.database()
                .texts(
                        "SELECT 'tenant_metrics_raw_' || to_char((now() AT TIME ZONE 'UTC') + INTERVAL '1 month', 'YYYY_MM')")
                .getFirst();
        harness.database().execute("ALTER TABLE " + next + " RENAME TO aside");
        try {
            assertThat(status("/actuator/health/readiness")).isEqualTo(503);
        } finally {
            harness.database().execute("ALTER TABLE aside RENAME TO " + next);
        }
        assertThat(status("/actuator/health/liveness")).isEqualTo(200);
    }

    private void await(String what, long expected, String tenant) {
        harness.await(what, expected, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = '" + tenant + "'");
    }

    private void awaitSequences(String source, String expected) {
        Await.until(
                "sequences of " + source,
                IngestHarness.DEADLINE,
                () -> harness.database()
                        .texts("SELECT highest || ' ' || missing::text FROM ingest_sequences WHERE source = '" + source
                                + "'")
                        .equals(List.of(expected)));
    }

    private int status(String path) {
        URI uri = URI.create("http://127.0.0.1:" + harness.port() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(String tenant, String source, long sequence) {
        return new String(EventCodec.encode(Events.event(tenant, source, sequence)), StandardCharsets.UTF_8);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
