package dev.tollgate.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.strike.StrikePoints;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JournalPublisherTest {

    private final ScriptedLog log = new ScriptedLog();
    private final AtomicLong nanos = new AtomicLong();
    private final JournalPublisher publisher = new JournalPublisher(log, StrikePoints.inert(), nanos::get);
    private final ListLane lane = new ListLane("lane");

    private void appendAndAdd(int events) {
        for (int i = 0; i < events; i++) {
            lane.append(i % 3);
        }
        publisher.add(lane);
    }

    @Test
    void offersInOrderAndMovesTheCursorOverTheLongestAcknowledgedRun() {
        appendAndAdd(4);
        assertThat(publisher.pump()).isEqualTo(4);
        List<ScriptedLog.Offer> offers = log.take();
        assertThat(offers).extracting(ScriptedLog.Offer::event).containsExactlyElementsOf(lane.events);
        offers.get(1).stored();
        offers.get(2).stored();
        assertThat(lane.cursor()).isZero();
        assertThat(publisher.oldestPendingMs(lane)).contains(1_000L);
        offers.get(0).stored();
        assertThat(lane.cursor()).isEqualTo(3);
        assertThat(publisher.oldestPendingMs(lane)).contains(1_003L);
        assertThat(publisher.published(lane)).startsWith(1, 1, 1);
        offers.get(3).stored();
        assertThat(publisher.isDrained(lane)).isTrue();
        assertThat(publisher.oldestPendingMs(lane)).isEmpty();
        assertThat(publisher.inFlightEvents()).isZero();
    }

    @Test
    void anUncertainAnswerSendsEverythingFromTheCursorAgain() {
        appendAndAdd(3);
        publisher.pump();
        List<ScriptedLog.Offer> first = log.take();
        first.get(0).stored();
        first.get(1).answer().accept(new EventLog.Answer.Lost("fenced"));
        assertThat(publisher.pump()).as("pauses").isZero();
        assertThat(log.recoveries).isEqualTo(1);
        first.get(2).stored();
        assertThat(lane.cursor()).as("an answer from before counts no more").isEqualTo(1);
        nanos.addAndGet(JournalPublisher.PAUSE_MAX.toNanos());
        publisher.pump();
        List<ScriptedLog.Offer> second = log.take();
        assertThat(second).extracting(offer -> offer.event().endPosition()).containsExactly(2L, 3L);
        second.forEach(ScriptedLog.Offer::stored);
        assertThat(lane.cursor()).isEqualTo(3);
        assertThat(publisher.inFlightEvents()).isZero();
    }

    @Test
    void aRefusedEventGoesToTheDeadLettersAndIsReplacedBeforeTheCursorPassesIt() {
        appendAndAdd(2);
        publisher.pump();
        List<ScriptedLog.Offer> offers = log.take();
        offers.get(0).answer().accept(new EventLog.Answer.Refused("too large"));
        offers.get(1).stored();
        publisher.pump();
        ScriptedLog.Offer deadLetter = log.take().getFirst();
        assertThat(deadLetter.kind()).isEqualTo("dead letter");
        deadLetter.stored();
        publisher.pump();
        assertThat(lane.cursor()).isZero();
        ScriptedLog.Offer standIn = log.take().getFirst();
        assertThat(standIn.kind()).isEqualTo("stand-in");
        standIn.stored();
        assertThat(lane.cursor()).isEqualTo(2);
        assertThat(publisher.deadLetteredEvents()).isEqualTo(1);
    }

    @Test
    void waitsWithABoundedNumberInFlightAndOffersAgainWhatABusyLogDidNotTake() {
        appendAndAdd(JournalPublisher.IN_FLIGHT_EVENTS_MAX + 100);
        log.busy = true;
        assertThat(publisher.pump()).isZero();
        assertThat(publisher.inFlightEvents()).isZero();
        log.busy = false;
        nanos.addAndGet(JournalPublisher.PAUSE_MAX.toNanos());
        for (int turn = 0; turn < 100; turn++) {
            publisher.pump();
        }
        List<ScriptedLog.Offer> offers = log.take();
        assertThat(offers).hasSize(JournalPublisher.IN_FLIGHT_EVENTS_MAX);
        assertThat(offers.getFirst().event()).isEqualTo(lane.events.getFirst());
        offers.forEach(ScriptedLog.Offer::stored);
        publisher.pump();
        log.take().forEach(ScriptedLog.Offer::stored);
        assertThat(publisher.isDrained(lane)).isTrue();
    }
}
