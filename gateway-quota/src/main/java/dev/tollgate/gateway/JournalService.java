package dev.tollgate.gateway;

import dev.tollgate.gateway.journal.EventJournal;
import dev.tollgate.gateway.journal.EventLog;
import dev.tollgate.gateway.journal.JournalKeeper;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.JournalPublisher;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.LaneStore;
import dev.tollgate.gateway.journal.PublisherLoop;
import dev.tollgate.gateway.journal.SourceRegistry;
import dev.tollgate.gateway.journal.kafka.UsageTopic;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal with its threads: one that publishes, one that keeps the database informed. Publishing begins once the
/// usage topic is known to be as contracted.
final class JournalService {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final Duration DRAINED_POLL = Duration.ofMillis(10);
    private static final Logger log = LoggerFactory.getLogger(JournalService.class);

    private final LaneStore store;
    private final EventJournal journal;
    private final EventLog eventLog;
    private final UsageTopic topic;
    private final LongSupplier nanoTime;
    private final JournalPublisher publisher;
    private final JournalKeeper keeper;
    private final PublisherLoop publisherLoop;
    private final ScheduledExecutorService keeperThread = thread("journal-keeper");
    private final ScheduledExecutorService topicThread = thread("journal-topic");
    private volatile UsageTopic.Finding topicFinding = UsageTopic.Finding.UNREACHABLE;

    private JournalService(
            LaneStore store,
            EventJournal journal,
            SourceRegistry registry,
            EventLog eventLog,
            UsageTopic topic,
            StrikePoints strikes,
            LongSupplier clockMs,
            LongSupplier nanoTime) {
        this.store = store;
        this.journal = journal;
        this.eventLog = eventLog;
        this.topic = topic;
        this.nanoTime = nanoTime;
        this.publisher = new JournalPublisher(eventLog, strikes, nanoTime);
        this.keeper = new JournalKeeper(journal, publisher, registry, topic, clockMs, nanoTime);
        this.publisherLoop = new PublisherLoop(publisher);
        journal.lanes().forEach(publisher::add);
    }

    /// Takes up the store's lanes, or, while the registry is away, opens new ones and publishes the others only.
    static JournalService open(
            LaneStore store,
            SourceRegistry registry,
            EventLog eventLog,
            UsageTopic topic,
            StrikePoints strikes,
            int lanes,
            LongSupplier clockMs,
            LongSupplier nanoTime) {
        SecureRandom random = new SecureRandom();
        EventJournal journal = EventJournal.open(store, registry, lanes, clockMs, () -> LaneSources.newLaneId(random));
        return new JournalService(store, journal, registry, eventLog, topic, strikes, clockMs, nanoTime);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    void start() {
        keeperThread.scheduleWithFixedDelay(keeper::tick, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        topicThread.scheduleWithFixedDelay(this::lookAtTopic, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookAtTopic() {
        if (topicFinding == UsageTopic.Finding.AS_CONTRACTED) {
            topicThread.shutdown();
            return;
        }
        UsageTopic.Finding found = topic.look();
        if (found == UsageTopic.Finding.OTHER_PARTITION_COUNT && found != topicFinding) {
            log.error("the usage topic has another number of partitions than the contract: nothing is published to it");
        }
        topicFinding = found;
        if (found == UsageTopic.Finding.AS_CONTRACTED) {
            publisherLoop.start();
        }
    }

    EventJournal journal() {
        return journal;
    }

    JournalPublisher publisher() {
        return publisher;
    }

    UsageTopic.Finding topicFinding() {
        return topicFinding;
    }

    JournalKeeper keeper() {
        return keeper;
    }

    boolean isDatabaseReachable() {
        return keeper.isReachable();
    }

    /// Whether the journal stands at its bound: requests may be refused until ingest has stored more.
    boolean isFull() {
        return store.isFull();
    }

    long bytesUsed() {
        return store.bytesUsed();
    }

    /// Publishes what it can in that time, seals the lanes that are published, and lets the files go. Nothing may be
    /// appended any more.
    void stop(Duration publishAtMost) {
        end(topicThread);
        end(keeperThread);
        long startedNanos = nanoTime.getAsLong();
        while (!isPublished() && nanoTime.getAsLong() - startedNanos < publishAtMost.toNanos()) {
            if (!pause()) {
                break;
            }
        }
        keeper.retire();
        publisherLoop.close();
        eventLog.close();
        store.close();
    }

    private static void end(ScheduledExecutorService thread) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                log.error("a thread of the journal does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isPublished() {
        return journal.lanes().stream().map(JournalLane::isPublished).allMatch(Boolean::booleanValue);
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(DRAINED_POLL.toMillis());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
