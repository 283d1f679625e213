package dev.tollgate.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.SourceSequences;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventJournalTest {

    private static final long NOW_MS = 5_000;

    private final ListStore store = new ListStore();
    private final MapRegistry registry = new MapRegistry();
    private final ScriptedLog log = new ScriptedLog();
    private final JournalPublisher publisher = new JournalPublisher(log, StrikePoints.inert(), () -> 0);
    private final AtomicInteger ids = new AtomicInteger();

    private EventJournal open(int lanes) {
        EventJournal journal =
                EventJournal.open(store, registry, lanes, () -> NOW_MS, () -> "new" + ids.incrementAndGet());
        journal.lanes().forEach(publisher::add);
        return journal;
    }

    private JournalKeeper keeper(EventJournal journal) {
        return new JournalKeeper(journal, publisher, registry, Optional::empty, () -> NOW_MS, () -> 0);
    }

    private void publishAll() {
        publisher.pump();
        log.take().forEach(ScriptedLog.Offer::stored);
    }

    private ListLane existing(String laneId, int events) {
        ListLane lane = new ListLane(laneId);
        for (int i = 0; i < events; i++) {
            lane.append(0);
        }
        store.lanes.add(lane);
        registry.open(laneId, 7_000);
        return lane;
    }

    private static SourceSequences seen(long highest, long... missing) {
        return SourceSequences.of(highest, missing);
    }

    @Test
    void aNewLaneIsRegisteredBeforeItsFirstEvent() {
        EventJournal journal = open(2);
        assertThat(journal.openLanes()).hasSize(2);
        assertThat(registry.states).containsKeys("new1.0", "new1.11", "new2.5");
    }

    @Test
    void anExistingLaneGoesOnAndNeverBeforeItsLastHeartbeat() {
        ListLane lane = existing("old", 3);
        EventJournal journal = open(1);
        assertThat(journal.openLanes().getFirst().lane()).isSameAs(lane);
        assertThat(store.floorsMs).containsExactly(7_000L);
    }

    @Test
    void aLaneThatIngestKnowsBetterIsEndedWithWhatIngestSaw() {
        ListLane lane = existing("old", 3);
        registry.stored.put("old.0", seen(10, 6, 7));
        EventJournal journal = open(1);
        assertThat(journal.openLanes().getFirst().lane().laneId()).isEqualTo("new1");
        publishAll();
        keeper(journal).tick();
        assertThat(lane.closed).isTrue();
        assertThat(registry.seals.get("old.0"))
                .isEqualTo(new SourceSeal(
                        "old.0", 10, 2, "the journal lost events that had been published; 2 never reached ingest"));
        assertThat(registry.seals.get("old.1")).isEqualTo(SourceSeal.clean("old.1", 0));
    }

    @Test
    void aSealedOrClosedLaneIsNotContinued() {
        existing("sealed", 1);
        registry.states.put("sealed.4", new SourceState(false, 0));
        existing("closed", 1).closed = true;
        assertThat(open(1).leftOverLanes()).extracting(JournalLane::laneId).containsExactly("sealed", "closed");
    }

    @Test
    void lanesLeftOverByFewerEventLoopsArePublishedSealedAndDeletedOnceStored() {
        existing("one", 1);
        ListLane second = existing("two", 2);
        EventJournal journal = open(1);
        JournalKeeper keeper = keeper(journal);
        keeper.tick();
        assertThat(registry.seals).isEmpty();
        assertThat(registry.reports.get("two.0")).isEqualTo(new SourceReport("two.0", 2, 0, 1_000L, NOW_MS));
        publishAll();
        keeper.tick();
        assertThat(registry.seals.get("two.0")).isEqualTo(SourceSeal.clean("two.0", 2));
        assertThat(second.deleted).isFalse();
        registry.stored.put("two.0", seen(2));
        keeper.tick();
        assertThat(second.deleted).isTrue();
        assertThat(journal.leftOverLanes()).isEmpty();
    }

    @Test
    void theEndOfTheProcessSealsWhatIsPublishedAndKeepsTheRest() {
        EventJournal journal = open(2);
        ListLane pending = (ListLane) journal.openLanes().getFirst().lane();
        pending.append(3);
        JournalKeeper keeper = keeper(journal);
        keeper.retire();
        assertThat(pending.closed).isFalse();
        assertThat(registry.seals).containsKey("new2.0").doesNotContainKey("new1.3");
    }

    @Test
    void withoutTheDatabaseOldLanesAreOnlyPublishedAndNewOnesRegisteredBeforeTheirHeartbeat() {
        existing("old", 2);
        registry.states.clear();
        registry.away = true;
        EventJournal journal = open(1);
        assertThat(journal.leftOverLanes()).extracting(JournalLane::laneId).containsExactly("old");
        assertThat(journal.openLanes().getFirst().lane().laneId()).isEqualTo("new1");
        JournalKeeper keeper = keeper(journal);
        keeper.tick();
        assertThat(keeper.isReachable()).isFalse();
        assertThat(journal.unregisteredLanes()).isEqualTo(2);
        registry.away = false;
        keeper.tick();
        assertThat(journal.unregisteredLanes()).isZero();
        assertThat(registry.states.get("new1.3")).isEqualTo(new SourceState(true, NOW_MS));
        assertThat(registry.states.get("old.0"))
                .as("not later than its first event")
                .isEqualTo(new SourceState(true, 1_000));
        assertThat(registry.reports.get("old.0")).isEqualTo(new SourceReport("old.0", 2, 0, 1_000L, NOW_MS));
        publishAll();
        keeper.tick();
        assertThat(registry.seals.get("old.0")).isEqualTo(SourceSeal.clean("old.0", 2));
    }

    @Test
    void aLaneWhoseSourceOthersEndedIsReplacedOnceAnotherIsRegisteredAndHasRoom() {
        ListLane lane = existing("old", 2);
        EventJournal journal = open(1);
        OpenLane place = journal.openLanes().getFirst();
        RequestRecorder recorder = place.recorder();
        JournalKeeper keeper = keeper(journal);
        registry.states.put("old.4", new SourceState(false, 0));
        store.roomToTakeOver = false;
        keeper.tick();
        keeper.tick();
        assertThat(place.lane()).isSameAs(lane);
        assertThat(registry.states).containsKey("new1.0");
        store.roomToTakeOver = true;
        keeper.tick();
        assertThat(place.lane().laneId()).isEqualTo("new1");
        assertThat(place.recorder()).isSameAs(recorder);
        assertThat(store.lanes).as("one lane was made, not one per attempt").hasSize(2);
        assertThat(journal.leftOverLanes()).containsExactly(lane);
        assertThat(registry.reports).containsKey("new1.0");
        publishAll();
        keeper.tick();
        assertThat(registry.seals.get("old.0")).isEqualTo(SourceSeal.clean("old.0", 2));
    }
}
