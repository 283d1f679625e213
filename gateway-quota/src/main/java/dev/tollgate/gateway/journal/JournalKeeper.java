package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the database how the lanes stand, replaces lanes that others ended, has published again what the broker lost,
/// ends lanes that are left over, and frees what ingest has stored. One thread calls `tick`, about once a second; every
/// step may fail while PostgreSQL is away and is repeated at the next tick.
public final class JournalKeeper {

    private static final Logger log = LoggerFactory.getLogger(JournalKeeper.class);

    private final EventJournal journal;
    private final JournalPublisher publisher;
    private final SourceRegistry registry;
    private final SourceReports reports;
    private final LaneReplacement replacement;
    private final LaneEnding ending;
    private final LossWatch losses;
    private volatile boolean reachable = true;
    private String lastFault = "";
    private final AtomicLong lossesFound = new AtomicLong();
    private volatile int lossesGivenUp;

    /// @param clockMs epoch milliseconds, corrected to the ledger's clock
    /// @param nanoTime monotonic nanoseconds
    public JournalKeeper(
            EventJournal journal,
            JournalPublisher publisher,
            SourceRegistry registry,
            LogEnds.Reader logEnds,
            LongSupplier clockMs,
            LongSupplier nanoTime) {
        this.journal = journal;
        this.publisher = publisher;
        this.registry = registry;
        this.reports = new SourceReports(journal, publisher, clockMs);
        this.replacement = new LaneReplacement(journal, publisher, registry);
        this.ending = new LaneEnding(journal, publisher, registry);
        this.losses = new LossWatch(publisher, logEnds, nanoTime);
    }

    public void tick() {
        step(true);
    }

    private void step(boolean open) {
        try {
            journal.register(registry);
            if (open) {
                replacement.replaceEnded();
            }
            registry.heartbeat(reports.make());
            free();
            reachable = true;
            lastFault = "";
        } catch (SourcesUnavailableException away) {
            if (reachable) {
                log.warn("the state of the journal cannot be written now: {}", away.toString());
            }
            reachable = false;
        } catch (RuntimeException unexpected) {
            if (!unexpected.toString().equals(lastFault)) {
                log.error("a step of the journal's keeper failed and is repeated", unexpected);
            }
            lastFault = unexpected.toString();
        }
    }

    /// Whether the last tick reached the database.
    public boolean isReachable() {
        return reachable;
    }

    /// How often events of a source were found to be lost by the broker, and published again.
    public long lossesFound() {
        return lossesFound.get();
    }

    /// How many sources miss events that publishing again did not bring back.
    public int lossesGivenUp() {
        return lossesGivenUp;
    }

    /// The order is `LossWatch`'s: published, the log's end, ingest's offsets, stored sequences.
    private void free() {
        List<JournalLane> lanes = journal.lanes();
        Optional<String> topicId = losses.look(lanes);
        long[] ingestOffsets = topicId.map(registry::ingestOffsets).orElse(null);
        Map<String, SourceSequences> stored = registry.stored(LaneSources.sourcesOf(lanes));
        publishAgain(losses.judge(lanes, ingestOffsets, stored));
        lossesGivenUp = losses.givenUp();
        ending.free(stored);
    }

    /// Where a lane goes back to, and for which of its lost events.
    private record Return(long position, LossWatch.Loss loss) {}

    /// A lane goes back to before the first of its lost events.
    private void publishAgain(List<LossWatch.Loss> lost) {
        Map<JournalLane, Return> returns = new HashMap<>();
        for (LossWatch.Loss loss : lost) {
            lossesFound.incrementAndGet();
            OptionalLong position = loss.lane().positionOf(loss.partition(), loss.sequence());
            if (position.isEmpty()) {
                log.error("{} is missing and no longer in the journal", loss);
            } else {
                returns.merge(
                        loss.lane(),
                        new Return(position.getAsLong(), loss),
                        (one, other) -> one.position() <= other.position() ? one : other);
            }
        }
        returns.forEach((lane, to) -> {
            publisher.publishAgain(lane, to.position());
            log.error("the broker lost events that it had acknowledged: published again from {} on", to.loss());
        });
    }

    /// The end of the process: nothing is appended any more. Seals what is published; what is not stays open on the
    /// disk and is continued by the next process.
    public void retire() {
        replacement.retire();
        journal.retireOpenLanes();
        step(false);
    }
}
