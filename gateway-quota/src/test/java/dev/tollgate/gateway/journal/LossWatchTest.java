package dev.tollgate.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Strikes: the log loses events that it acknowledged, at moments that each test says.
class LossWatchTest {

    private static final String TOPIC = "topic-1";

    private final ListStore store = new ListStore();
    private final MapRegistry registry = new MapRegistry();
    private final ScriptedLog log = new ScriptedLog();
    private final AtomicLong nanos = new AtomicLong();
    private final JournalPublisher publisher = new JournalPublisher(log, StrikePoints.inert(), nanos::get);
    private final ListLane lane = new ListLane("lane");
    private final long[] ends = new long[Topics.PARTITIONS];
    private final EventJournal journal;
    private final JournalKeeper keeper;
    private int looks;

    LossWatchTest() {
        store.lanes.add(lane);
        journal = EventJournal.open(store, registry, 1, () -> 0, () -> "new");
        journal.lanes().forEach(publisher::add);
        keeper = new JournalKeeper(journal, publisher, registry, this::look, () -> 0, nanos::get);
    }

    private Optional<LogEnds> look() {
        looks++;
        return Optional.of(new LogEnds(TOPIC, ends.clone()));
    }

    /// Appends and publishes one event per partition given.
    private void published(int... partitions) {
        for (int partition : partitions) {
            lane.append(partition);
        }
        publishAll();
    }

    private List<EventRecord> publishAll() {
        List<EventRecord> offered = new ArrayList<>();
        for (int offers = publisher.pump(); offers > 0; offers = publisher.pump()) {
            List<ScriptedLog.Offer> taken = log.take();
            taken.forEach(ScriptedLog.Offer::stored);
            taken.forEach(offer -> offered.add(offer.event()));
        }
        return offered;
    }

    private void stored(int partition, long highest, long... missing) {
        registry.stored.put("lane." + partition, SourceSequences.of(highest, missing));
    }

    private void ingestHasRead(long offset) {
        long[] offsets = new long[Topics.PARTITIONS];
        Arrays.fill(offsets, offset);
        registry.ingestOffsets.put(TOPIC, offsets);
    }

    /// A tick of the keeper each second.
    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            keeper.tick();
        }
    }

    private void passTwoLooks() {
        pass(LossWatch.SUSPECT_AFTER.plus(LossWatch.LOOKS_APART.multipliedBy(2)).plusSeconds(3));
    }

    @Test
    void goesBackToTheFirstEventThatIsMissingAndPublishesItAndAllThatFollow() {
        published(0, 1, 1, 0, 1);
        stored(0, 2);
        stored(1, 3, 2, 2);
        ingestHasRead(0);
        passTwoLooks();
        assertThat(keeper.lossesFound()).isEqualTo(1);
        assertThat(publishAll())
                .extracting(event -> event.partition() + ":" + event.sequence())
                .containsExactly("1:2", "0:2", "1:3");
        assertThat(publisher.published(lane)).startsWith(2, 3);
        stored(1, 3);
        pass(Duration.ofMinutes(5));
        assertThat(keeper.lossesFound()).isEqualTo(1);
        assertThat(publishAll()).isEmpty();
    }

    @Test
    void aLostTailAndASourceOfWhichNothingIsStoredArePublishedAgain() {
        published(0, 0, 2);
        stored(0, 1);
        ingestHasRead(0);
        passTwoLooks();
        assertThat(publishAll())
                .extracting(event -> event.partition() + ":" + event.sequence())
                .containsExactly("0:2", "2:1");
    }

    @Test
    void neverTakesForLostWhatIngestHasNotReadYet() {
        published(0, 0);
        ends[0] = 2;
        ingestHasRead(1);
        stored(0, 1);
        pass(Duration.ofMinutes(10));
        assertThat(looks).as("of a broker that is asked now and then").isBetween(2, 15);
        assertThat(keeper.lossesFound()).isZero();
        registry.ingestOffsets.clear();
        pass(Duration.ofMinutes(2));
        assertThat(keeper.lossesFound())
                .as("nor of a topic that ingest has not begun")
                .isZero();
    }

    @Test
    void doesNotAskTheBrokerWhileStoringGoesOn() {
        for (int sequence = 1; sequence <= 60; sequence++) {
            published(0);
            stored(0, Math.max(0, sequence - 2));
            pass(Duration.ofSeconds(1));
        }
        assertThat(looks).isZero();
    }

    @Test
    void aLaneThatIsLeftOverIsNeitherDeletedNorForgotten() {
        published(0, 0, 0);
        stored(0, 1);
        ingestHasRead(0);
        keeper.retire();
        assertThat(registry.seals.get("lane.0")).isEqualTo(SourceSeal.clean("lane.0", 3));
        passTwoLooks();
        assertThat(lane.deleted).isFalse();
        assertThat(publishAll()).extracting(EventRecord::sequence).containsExactly(2L, 3L);
        stored(0, 3);
        pass(Duration.ofSeconds(1));
        assertThat(lane.deleted).isTrue();
    }

    @Test
    void triesAgainWithGrowingPausesAndABound() {
        published(0);
        ingestHasRead(0);
        List<Long> atSeconds = new ArrayList<>();
        for (long second = 0; second < 20_000; second++) {
            pass(Duration.ofSeconds(1));
            if (!publishAll().isEmpty()) {
                atSeconds.add(second);
            }
        }
        assertThat(atSeconds).hasSize(LossWatch.TRIES_MAX);
        assertThat(keeper.lossesGivenUp()).isEqualTo(1);
        long firstPause = atSeconds.get(1) - atSeconds.get(0);
        long lastPause = atSeconds.getLast() - atSeconds.get(atSeconds.size() - 2);
        assertThat(firstPause).isLessThan(30);
        assertThat(lastPause).isBetween(LossWatch.PAUSE_MAX.toSeconds(), LossWatch.PAUSE_MAX.toSeconds() + 30);
    }

    @Test
    void aLostAnswerWhileGoingBackRepeatsFromThere() {
        published(0, 0, 0);
        stored(0, 0);
        ingestHasRead(0);
        passTwoLooks();
        publisher.pump();
        log.take().getFirst().answer().accept(new EventLog.Answer.Lost("gone"));
        publisher.pump();
        nanos.addAndGet(JournalPublisher.PAUSE_MAX.toNanos());
        assertThat(publishAll()).extracting(EventRecord::sequence).containsExactly(1L, 2L, 3L);
        assertThat(publisher.isPublishingAgain(lane)).isFalse();
    }
}
