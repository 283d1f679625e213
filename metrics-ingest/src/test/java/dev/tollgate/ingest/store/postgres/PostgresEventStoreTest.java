package dev.tollgate.ingest.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.ingest.store.PartitionLostException;
import dev.tollgate.ingest.store.RefusedRow;
import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.ingest.store.StoreBatch.SequenceState;
import dev.tollgate.ingest.store.StoreUnavailableException;
import dev.tollgate.ingest.store.StoredBatch;
import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresEventStoreTest {

    private static final String TOPIC_ID = "topic-1";
    private static final String RAW = "SELECT count(*) FROM tenant_metrics_raw";

    private final TestDatabase database = TestDatabase.create();
    private final List<PostgresEventStore> stores = new ArrayList<>();
    private final List<RefusedRow> refused = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(PostgresEventStore::close);
    }

    @Test
    void storesEveryFieldAndMakesMonthsThatAreMissing() {
        PostgresEventStore store = store();
        Claim claim = claim(store, 3);
        RequestEvent early = Events.event("early-1", "s.3", 1, Instant.parse("2000-01-01T00:00:00Z"));
        store.store(batch(store, claim, List.of(early), 1), refused::addAll);
        UUID voidId = UuidV7.of(early.eventTimeMs(), -1, -1);
        store.store(batch(store, claim.movedTo(1), List.of(early.voided(voidId, "s.3", 2)), 2), refused::addAll);

        assertThat(database.texts("SELECT voids::text FROM tenant_metrics_raw WHERE id = '" + voidId + "'"))
                .containsExactly(early.id().toString());
        assertThat(database.texts("SELECT r::text FROM tenant_metrics_raw r WHERE voids IS NULL"))
                .containsExactly("(early-1,\"2000-01-01 00:00:00+00\"," + early.id()
                        + ",user-1,api_request,/orders/7,GET,orders,12,3,4,200,512,64,,1,s.3,1,"
                        + LogPosition.of(1, 0) + ",)");
        assertThat(database.texts("SELECT relforcerowsecurity::text FROM pg_class"
                        + " WHERE oid = 'tenant_metrics_raw_2000_01'::regclass"))
                .containsExactly("true");
    }

    @Test
    void rowsAreStoredInTheOrderOfTheKeyWhateverOrderTheyComeIn() {
        PostgresEventStore store = store();
        Claim claim = claim(store, 3);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            // Tenants that begin alike, of several lengths; seven moments, so that many keys differ in their ids only.
            String tenant = "t" + "a".repeat(i % 5) + i % 3;
            events.add(Events.event(tenant, "s.3", i + 1, Events.TIME.plusMillis(i * 31L % 7)));
        }
        store.store(batch(store, claim, events, 1_000), refused::addAll);

        List<String> stored = database.texts("SELECT id::text FROM tenant_metrics_raw ORDER BY ctid");
        assertThat(stored)
                .hasSize(1_000)
                .isEqualTo(database.texts(
                        "SELECT id::text FROM tenant_metrics_raw ORDER BY tenant_id COLLATE \"C\", event_time, id"));
    }

    @Test
    void aZombieStoresNothingOnceItsPartitionIsTaken() {
        PostgresEventStore zombie = store();
        Claim old = claim(zombie, 0);
        zombie.store(batch(zombie, old, List.of(Events.event("t", "s.0", 1)), 1), refused::addAll);

        PostgresEventStore owner = store();
        Claim taken = claim(owner, 0);
        assertThat(taken.nextOffset()).isEqualTo(1);
        // Its session was ended; with a new one it learns that its claim is gone.
        StoreBatch late = batch(zombie, old.movedTo(1), List.of(Events.event("t", "s.0", 2)), 2);
        assertThatThrownBy(() -> zombie.store(late, refused::addAll)).isInstanceOf(StoreUnavailableException.class);
        zombie.disconnect();
        assertThatThrownBy(() -> zombie.store(late, refused::addAll)).isInstanceOf(PartitionLostException.class);
        assertThat(zombie.reclaim(List.of(old.movedTo(1)))).isEmpty();

        owner.store(batch(owner, taken, List.of(Events.event("t", "s.0", 2)), 2), refused::addAll);
        assertThat(database.count(RAW)).isEqualTo(2);
    }

    @Test
    void anOwnerWithANewSessionKeepsItsClaimAndLearnsWhatWasCommitted() {
        PostgresEventStore store = store();
        Claim claim = claim(store, 5);
        store.store(batch(store, claim, Events.events("t", "s.5", 1, 10), 10), refused::addAll);
        store.disconnect();

        assertThat(store.reclaim(List.of(claim))).containsExactly(claim.movedTo(10));
        assertThat(store.sequences(List.of("s.5", "unknown.5")))
                .hasEntrySatisfying("s.5", seen -> assertThat(seen.highest()).isEqualTo(10))
                .hasSize(1);
    }

    @Test
    void anEventThatIsThereUnderAnotherSequenceIsLeftOutAndItsHourMarked() {
        PostgresEventStore store = store();
        Claim claim = claim(store, 1);
        RequestEvent event = Events.event("dup", "a.1", 1);
        store.store(batch(store, claim, List.of(event), 1), refused::addAll);
        RequestEvent again = event.withSource("b.1", 1);
        RequestEvent fresh = Events.event("dup", "b.1", 2);

        StoredBatch stored = store.store(
                batch(store, claim.movedTo(1), List.of(again, fresh, fresh.withSource("b.1", 3)), 4), refused::addAll);

        assertThat(stored).isEqualTo(new StoredBatch(1, 2, 0));
        assertThat(database.count(RAW)).isEqualTo(2);
        assertThat(database.texts("SELECT tenant_id || ' ' || hour_bucket || ' ' || reason FROM tenant_stale_hours"))
                .containsExactly("dup 2026-03-15 10:00:00+00 duplicate");
        assertThat(refused).isEmpty();
    }

    @Test
    void halvingFindsTheRowThatTheTableRefuses() {
        database.execute("ALTER TABLE tenant_metrics_raw ADD CHECK (duration_ms <> 666)");
        PostgresEventStore store = store();
        Claim claim = claim(store, 1);
        List<RequestEvent> events = new ArrayList<>(Events.events("bis", "s.1", 1, 50));
        events.set(31, slow(events.get(31)));

        StoredBatch stored = store.store(batch(store, claim, events, 50), refused::addAll);

        assertThat(stored).isEqualTo(new StoredBatch(49, 0, 1));
        assertThat(refused).singleElement().satisfies(row -> {
            assertThat(row.ordinal()).isEqualTo(31);
            assertThat(row.reason()).contains("check constraint");
        });
        assertThat(database.count(RAW)).isEqualTo(49);
        assertThat(database.count("SELECT next_offset FROM ingest_positions WHERE partition_id = 1"))
                .isEqualTo(50);
    }

    @Test
    void aRefusalThatCannotBeReportedStoresNothing() {
        database.execute("ALTER TABLE tenant_metrics_raw ADD CHECK (duration_ms <> 666)");
        PostgresEventStore store = store();
        Claim claim = claim(store, 1);
        List<RequestEvent> events = List.of(slow(Events.event("x", "s.1", 1)), Events.event("x", "s.1", 2));

        assertThatThrownBy(() -> store.store(batch(store, claim, events, 2), rows -> {
                    throw new IllegalStateException("the broker is away");
                }))
                .hasMessage("the broker is away");
        assertThat(database.count(RAW)).isZero();
        assertThat(store.store(batch(store, claim, events, 2), refused::addAll)).isEqualTo(new StoredBatch(1, 0, 1));
    }

    @Test
    void anotherTopicOfTheSameNameOpensAGenerationThatStartsAtZero() {
        PostgresEventStore store = store();
        Claim first = claim(store, 2);
        store.store(batch(store, first, Events.events("g", "s.2", 1, 5), 5), refused::addAll);

        Claim second = store.claim("topic-2", List.of(2)).getFirst();

        assertThat(second.generation()).isEqualTo(first.generation() + 1);
        assertThat(second.nextOffset()).isZero();
    }

    private PostgresEventStore store() {
        var store = new PostgresEventStore(Topics.USAGE_REQUESTS, database.asIngest(), StrikePoints.inert());
        stores.add(store);
        return store;
    }

    private static Claim claim(PostgresEventStore store, int partition) {
        return store.claim(TOPIC_ID, List.of(partition)).getFirst();
    }

    private static StoreBatch batch(PostgresEventStore store, Claim claim, List<RequestEvent> events, long nextOffset) {
        EventRows rows = store.newRows();
        EventCursor cursor = new EventCursor();
        int ordinal = 0;
        SourceSequences seen = new SourceSequences();
        for (RequestEvent event : events) {
            cursor.hold(event);
            long position = LogPosition.of(claim.generation(), claim.nextOffset() + ordinal);
            rows.keep(rows.add(cursor, position, ordinal++));
            assertThat(seen.markSeen(event.sequence())).isTrue();
        }
        String source = events.getFirst().source();
        return new StoreBatch(
                Map.of(source, new SequenceState(claim.partition(), seen)), List.of(new Move(claim, nextOffset)));
    }

    private static RequestEvent slow(RequestEvent event) {
        return new RequestEvent(
                event.id(),
                event.tenantId(),
                null,
                event.eventType(),
                null,
                null,
                null,
                666,
                0,
                null,
                null,
                0,
                0,
                null,
                1,
                event.eventTime(),
                event.source(),
                event.sequence());
    }
}
