package dev.tollgate.aggregator.reconcile;

import dev.tollgate.schema.contract.SourceSequences;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tells losses from what is merely under way. A gap is a loss once it has lasted for the grace, and ingest has since
/// stored everything that the log held at a look taken after the gap was first seen: what was published was in the log
/// by then, so it will not come any more by itself.
///
/// Gaps are remembered in memory: a process that starts gives each of them the grace anew. At most `GAPS_MAX` are
/// remembered, the others are taken up when there is room.
///
/// One thread owns an instance.
public final class LossWatch {

    public static final int GAPS_MAX = 10_000;

    private final Duration grace;
    private Map<Start, Gap> gaps = new HashMap<>();

    private record Start(String source, long from) {}

    private record Gap(long to, Instant firstSeen) {}

    public LossWatch(Duration grace) {
        this.grace = grace;
    }

    /// Takes the sources that lack something as they are now, and answers the losses among their gaps.
    ///
    /// @param look any look; it confirms those gaps that were seen before it was taken
    /// @param ingest of the snapshot in which the sources were read
    public List<Loss> observe(List<SourceState> sources, LogLook look, IngestProgress ingest, Instant now) {
        Map<Start, Gap> next = new HashMap<>();
        List<Loss> losses = new ArrayList<>();
        for (SourceState source : sources) {
            boolean readPast = ingest.hasReached(look, source.partition());
            for (SourceSequences.Range range : source.gaps()) {
                Start start = new Start(source.source(), range.from());
                Gap known = gaps.get(start);
                if (known == null && next.size() >= GAPS_MAX) {
                    continue;
                }
                Gap gap = known == null ? new Gap(range.to(), now) : known;
                next.put(start, gap);
                boolean lasted = !gap.firstSeen.plus(grace).isAfter(now);
                if (lasted && readPast && look.takenAt().isAfter(gap.firstSeen)) {
                    losses.add(new Loss(source.source(), range.from(), Math.min(range.to(), gap.to), source.note()));
                }
            }
        }
        gaps = next;
        return losses;
    }
}
