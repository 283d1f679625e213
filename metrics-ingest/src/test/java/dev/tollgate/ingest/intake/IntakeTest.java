package dev.tollgate.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.intake.IntakeResult.Accepted;
import dev.tollgate.ingest.intake.IntakeResult.Conflict;
import dev.tollgate.ingest.intake.IntakeResult.Invalid;
import dev.tollgate.ingest.intake.IntakeResult.Repeated;
import dev.tollgate.ingest.intake.postgres.PostgresIntakeLedger;
import dev.tollgate.ingest.intake.postgres.PostgresOutbox;
import dev.tollgate.ingest.intake.postgres.PostgresVoidLedger;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final Instant NOW = Instant.parse("2026-11-24T03:30:00Z");

    private final TestDatabase database = TestDatabase.create();
    private final Intake intake = new Intake(
            new PostgresIntakeLedger(database.asIngest()), Set::of, IntakeLimits.HISTORY, InstantSource.fixed(NOW));

    @Test
    void takesAnEventOnceAndTellsARepeatFromAConflict() {
        IncomingEvent first = event("shop", "a", 1);
        IntakeResult accepted = intake.accept(List.of(first)).getFirst();
        assertThat(accepted).isInstanceOf(Accepted.class);
        var id = ((Accepted) accepted).id();
        assertThat(UuidV7.epochMs(id)).isEqualTo(first.time().toEpochMilli());

        assertThat(intake.accept(List.of(
                        first,
                        event("shop", "a", 2),
                        event("other", "a", 2),
                        event("shop", "b", 1),
                        event("shop", "b", 1),
                        event("shop", "b", 2))))
                .satisfiesExactly(
                        repeat -> assertThat(repeat).isEqualTo(new Repeated(id)),
                        conflict -> assertThat(conflict).isEqualTo(new Conflict()),
                        otherTenant -> assertThat(otherTenant).isInstanceOf(Accepted.class),
                        fresh -> assertThat(fresh).isInstanceOf(Accepted.class),
                        again -> assertThat(again).isInstanceOf(Repeated.class),
                        otherBody -> assertThat(otherBody).isEqualTo(new Conflict()));
        assertThat(database.count("SELECT count(*) FROM intake_outbox")).isEqualTo(3);
        assertThat(database.count("SELECT count(*) FROM event_keys")).isEqualTo(3);
    }

    @Test
    void anEventThatIsUnderwayCannotBeTakenBackYet() {
        Voiding voiding = new Voiding(
                new PostgresVoidLedger(database.asIngest()), Set::of, IntakeLimits.HISTORY, InstantSource.fixed(NOW));
        IncomingVoid wish = new IncomingVoid("producer", "v", "shop", "a", "a mistake", "key:x");
        assertThat(voiding.accept(wish)).isEqualTo(new VoidResult.Unknown());
        assertThat(intake.accept(List.of(event("shop", "a", 1)))).hasSize(1);
        assertThat(voiding.accept(wish)).isEqualTo(new VoidResult.Underway());
        database.execute("UPDATE event_keys SET received_at = now() - interval '2 days'");
        assertThat(voiding.accept(wish)).isInstanceOf(VoidResult.Invalid.class);
        assertThat(database.count("SELECT count(*) FROM intake_outbox")).isEqualTo(1);
    }

    @Test
    void namesTheFieldOfWhatItRefusesAndTakesTheRest() {
        IncomingEvent late = new IncomingEvent(
                "p", "late", "shop", EventType.API_REQUEST, NOW.plus(Duration.ofMinutes(6)), usage(1));
        IncomingEvent nul = new IncomingEvent("p", "a\0b", "shop", EventType.API_REQUEST, NOW, usage(1));

        assertThat(intake.accept(List.of(
                        event("no such/tenant", "x", 1), late, nul, event("shop", "u", -1), event("shop", "ok", 1))))
                .satisfiesExactly(
                        tenant -> assertThat(field(tenant)).isEqualTo("tenantId"),
                        time -> assertThat(field(time)).isEqualTo("time"),
                        id -> assertThat(field(id)).isEqualTo("id"),
                        units -> assertThat(field(units)).isEqualTo("units"),
                        good -> assertThat(good).isInstanceOf(Accepted.class));
        assertThat(database.count("SELECT count(*) FROM intake_outbox")).isEqualTo(1);
    }

    @Test
    void numbersDenselyAndRepeatsTheSameNumbersAfterACrashBetweenPublishAndDrop() {
        for (int i = 0; i < 5; i++) {
            assertThat(intake.accept(List.of(event("shop", "e" + i, 1)))).hasSize(1);
        }
        List<RequestEvent> published = new ArrayList<>();
        try (PostgresOutbox crashing = new PostgresOutbox(database.asIngest())) {
            Relay first = relay(crashing, events -> {
                published.addAll(events);
                throw new IllegalStateException("dies after the broker has taken them");
            });
            assertThatThrownBy(first::drain).hasMessageContaining("dies");
        }
        assertThat(intake.accept(List.of(event("shop", "e5", 1)))).hasSize(1);

        List<RequestEvent> again = new ArrayList<>();
        try (PostgresOutbox outbox = new PostgresOutbox(database.asIngest())) {
            assertThat(relay(outbox, again::addAll).drain()).isEqualTo(6);
        }

        assertThat(again.subList(0, 5)).isEqualTo(published);
        assertThat(again).extracting(RequestEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(again)
                .extracting(RequestEvent::source)
                .containsOnly(published.getFirst().source());
        assertThat(published.getFirst().source()).endsWith("." + Topics.partitionOf("shop"));
        assertThat(database.texts("SELECT origin || ' ' || state || ' ' || appended || ' ' || published || ' '"
                        + " || (oldest_pending IS NULL) FROM event_sources"))
                .containsExactly("intake open 6 6 true");
        assertThat(database.count("SELECT count(*) FROM intake_outbox")).isZero();
    }

    @Test
    void aPartitionIsRelayedByOneSessionAtATime() {
        assertThat(intake.accept(List.of(event("shop", "one", 1)))).hasSize(1);
        try (PostgresOutbox holder = new PostgresOutbox(database.asIngest());
                PostgresOutbox other = new PostgresOutbox(database.asIngest())) {
            holder.keepHold();
            other.keepHold();
            assertThat(other.waiting()).isEmpty();
            assertThat(holder.waiting()).containsExactly(Topics.partitionOf("shop"));

            holder.disconnect();
            Await.until("the lock", Duration.ofSeconds(10), () -> {
                other.keepHold();
                return other.waiting().equals(Set.of(Topics.partitionOf("shop")));
            });
        }
    }

    private static Relay relay(Outbox outbox, EventPublisher publisher) {
        return new Relay(outbox, publisher, StrikePoints.inert(), Duration.ofSeconds(5), () -> 0L);
    }

    private static String field(IntakeResult result) {
        return result instanceof Invalid(var field, var reason) ? field : "none: " + result;
    }

    private static IncomingEvent event(String tenant, String id, long units) {
        return new IncomingEvent("producer", id, tenant, EventType.API_REQUEST, NOW, usage(units));
    }

    private static Usage usage(long units) {
        return new Usage("u", "/p", "GET", null, 5, 0, null, 200, 10, 0, null, units);
    }
}
