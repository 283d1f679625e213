package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Finds events that the broker acknowledged and lost. One thread calls it: first `look`, then, with what ingest has
/// stored as read after that, `judge`.
///
/// A sequence that was published and is not stored is a suspect once it has stood still for a while. Then a look is
/// taken: what is published, and where the log ends, in this order. Once ingest has read up to that end, everything
/// published before must be stored; what is not, is no longer in the log. Two looks in a row must say so, some seconds
/// apart. Nothing that is under way can be mistaken for lost, however slow ingest is; and a mistake would only repeat
/// events, which consumers drop.
final class LossWatch {

    /// How long a sequence must be missing before the broker is asked.
    static final Duration SUSPECT_AFTER = Duration.ofSeconds(5);

    /// The least time between two looks.
    static final Duration LOOKS_APART = Duration.ofSeconds(3);

    /// How long ingest may take to come to the end that a look saw, before a later look takes its place.
    static final Duration LOOK_AGE_MAX = Duration.ofSeconds(60);

    /// How many looks must agree.
    static final int LOOKS_NEEDED = 2;

    /// How long after publishing again the same loss is not looked for, and how long at most.
    static final Duration PAUSE_MIN = Duration.ofSeconds(5);

    static final Duration PAUSE_MAX = Duration.ofMinutes(10);

    /// How often the same events are published again; after that only a new process or an operator can help.
    static final int TRIES_MAX = 20;

    /// An event that is to be published again, with all that follow in its lane.
    ///
    /// @param tries which attempt this is, from 1
    record Loss(JournalLane lane, int partition, long sequence, int tries) {

        @Override
        public String toString() {
            return "lane " + lane.laneId() + " source " + LaneSources.sourceOf(lane.laneId(), partition) + " sequence "
                    + sequence + " (attempt " + tries + ")";
        }
    }

    /// @param published per lane id and partition, what had been published when the look began
    private record Look(int number, long takenNanos, LogEnds ends, Map<String, long[]> published) {}

    private static final class Suspect {
        private final JournalLane lane;
        private final int partition;
        private final long sequence;
        private long notBeforeNanos;
        private int tries;
        private int looks;
        private int lastLook;

        private Suspect(JournalLane lane, int partition, long sequence, long notBeforeNanos) {
            this.lane = lane;
            this.partition = partition;
            this.sequence = sequence;
            this.notBeforeNanos = notBeforeNanos;
        }
    }

    private final JournalPublisher publisher;
    private final LogEnds.Reader logEnds;
    private final LongSupplier nanoTime;
    private final Map<String, Suspect> suspects = new HashMap<>();
    private @Nullable Look look;
    private long askedNanos;
    private int looksTaken;

    /// @param nanoTime monotonic nanoseconds
    LossWatch(JournalPublisher publisher, LogEnds.Reader logEnds, LongSupplier nanoTime) {
        this.publisher = publisher;
        this.logEnds = logEnds;
        this.nanoTime = nanoTime;
        this.askedNanos = nanoTime.getAsLong() - LOOKS_APART.toNanos();
    }

    /// Takes a look when one is due. Returns the topic whose ingest offsets `judge` needs, to be read next; empty when
    /// there is nothing to judge.
    Optional<String> look(Collection<JournalLane> lanes) {
        long now = nanoTime.getAsLong();
        Look present = look;
        boolean stale = present != null && now - present.takenNanos() > LOOK_AGE_MAX.toNanos();
        boolean due = suspects.values().stream().anyMatch(each -> isDue(each, now));
        boolean apart = now - askedNanos >= LOOKS_APART.toNanos();
        if ((present == null || stale) && due && apart && publisher.isReachable()) {
            askedNanos = now;
            Map<String, long[]> published = new HashMap<>();
            lanes.stream()
                    .filter(lane -> !publisher.isPublishingAgain(lane))
                    .forEach(lane -> published.put(lane.laneId(), publisher.published(lane)));
            present = logEnds.read()
                    .map(ends -> new Look(++looksTaken, now, ends, published))
                    .orElse(null);
            look = present;
        }
        return Optional.ofNullable(present).map(each -> each.ends().topicId());
    }

    private static boolean isDue(Suspect suspect, long now) {
        return suspect.tries < TRIES_MAX && now - suspect.notBeforeNanos >= 0;
    }

    /// What is certainly lost, one entry per source.
    ///
    /// @param ingestOffsets of the topic that `look` named; null when it named none
    /// @param stored by source, read after `ingestOffsets`
    List<Loss> judge(
            Collection<JournalLane> lanes, long @Nullable [] ingestOffsets, Map<String, SourceSequences> stored) {
        suspect(lanes, stored);
        Look present = look;
        if (present == null || ingestOffsets == null) {
            return List.of();
        }
        long now = nanoTime.getAsLong();
        List<Loss> lost = new ArrayList<>();
        boolean open = false;
        for (Suspect each : suspects.values()) {
            if (!isDue(each, now) || each.lastLook == present.number() || !covers(present, each)) {
                continue;
            }
            if (ingestOffsets[each.partition] < present.ends().offsets()[each.partition]) {
                open = true;
                continue;
            }
            each.lastLook = present.number();
            if (++each.looks >= LOOKS_NEEDED) {
                lost.add(new Loss(each.lane, each.partition, each.sequence, ++each.tries));
                each.looks = 0;
                each.notBeforeNanos = now + pauseNanos(each.tries);
            }
        }
        if (!open || !lost.isEmpty()) {
            look = null;
        }
        return lost;
    }

    private static boolean covers(Look look, Suspect suspect) {
        long[] published = look.published().get(suspect.lane.laneId());
        return published != null && published[suspect.partition] >= suspect.sequence;
    }

    private static long pauseNanos(int tries) {
        long pause = PAUSE_MIN.toNanos();
        for (int i = 1; i < tries && pause < PAUSE_MAX.toNanos(); i++) {
            pause *= 2;
        }
        return Math.min(pause, PAUSE_MAX.toNanos());
    }

    /// Notes what is published and not stored; forgets what has come, or is being published again.
    private void suspect(Collection<JournalLane> lanes, Map<String, SourceSequences> stored) {
        long dueNanos = nanoTime.getAsLong() + SUSPECT_AFTER.toNanos();
        Map<String, Suspect> former = new HashMap<>(suspects);
        suspects.clear();
        for (JournalLane lane : lanes) {
            long[] published = publisher.published(lane);
            boolean again = publisher.isPublishingAgain(lane);
            for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
                String source = LaneSources.sourceOf(lane.laneId(), partition);
                long missing = firstMissing(stored.get(source));
                Suspect before = former.get(source);
                if (before != null && before.sequence == missing) {
                    before.notBeforeNanos = again ? Math.max(before.notBeforeNanos, dueNanos) : before.notBeforeNanos;
                    suspects.put(source, before);
                } else if (missing <= published[partition]) {
                    suspects.put(source, new Suspect(lane, partition, missing, dueNanos));
                }
            }
        }
    }

    private static long firstMissing(@Nullable SourceSequences seen) {
        if (seen == null) {
            return 1;
        }
        return seen.missing().isEmpty()
                ? seen.highest() + 1
                : seen.missing().getFirst().from();
    }

    /// How many sources miss events that publishing again did not bring back.
    int givenUp() {
        return (int) suspects.values().stream()
                .filter(each -> each.tries >= TRIES_MAX)
                .count();
    }
}
