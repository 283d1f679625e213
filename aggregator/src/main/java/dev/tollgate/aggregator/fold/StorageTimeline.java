package dev.tollgate.aggregator.fold;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one tenant stored over time: the last report of each hour. An hour without a report carries the latest earlier
/// one. Of the hours before `keptFromMs` only the last report stays, so a timeline holds at most one entry more than
/// there are hours that the stream keeps.
///
/// Mutable; one thread owns an instance.
public final class StorageTimeline {

    private static final byte FORMAT = 1;
    private static final int ENTRY_BYTES = 4 * Long.BYTES;

    private final NavigableMap<Long, StoragePoint> lastOfHour = new TreeMap<>();

    /// Notes a report. Whether it changed what some hour at or after its own stores.
    public boolean report(StoragePoint point, long keptFromMs) {
        long hourMs = Hours.floor(point.eventTimeMs());
        if (!point.supersedes(lastOfHour.get(hourMs))) {
            return false;
        }
        Long lastForgotten = lastOfHour.lowerKey(keptFromMs);
        if (hourMs < keptFromMs && lastForgotten != null && lastForgotten > hourMs) {
            return false;
        }
        lastOfHour.put(hourMs, point);
        prune(keptFromMs);
        return true;
    }

    /// Bytes stored at the end of the hour; null when nothing was reported until then.
    public @Nullable Long asOf(long hourMs) {
        Map.Entry<Long, StoragePoint> entry = lastOfHour.floorEntry(hourMs);
        return entry == null ? null : entry.getValue().bytes();
    }

    /// The first hour after this one that has its own report; `Long.MAX_VALUE` when there is none.
    public long nextReportedHour(long hourMs) {
        Long next = lastOfHour.higherKey(hourMs);
        return next == null ? Long.MAX_VALUE : next;
    }

    public boolean isEmpty() {
        return lastOfHour.isEmpty();
    }

    private void prune(long keptFromMs) {
        Long last = lastOfHour.lowerKey(keptFromMs);
        if (last != null) {
            lastOfHour.headMap(last, false).clear();
        }
    }

    public byte[] toState() {
        ByteBuffer out =
                ByteBuffer.allocate(1 + lastOfHour.size() * ENTRY_BYTES).put(FORMAT);
        for (StoragePoint point : lastOfHour.values()) {
            out.putLong(point.eventTimeMs())
                    .putLong(point.id().getMostSignificantBits())
                    .putLong(point.id().getLeastSignificantBits())
                    .putLong(point.bytes());
        }
        return out.array();
    }

    public static StorageTimeline fromState(byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (in.get() != FORMAT) {
            throw new IllegalStateException("a stored timeline of unknown format " + state[0]);
        }
        StorageTimeline timeline = new StorageTimeline();
        while (in.hasRemaining()) {
            StoragePoint point = new StoragePoint(in.getLong(), new UUID(in.getLong(), in.getLong()), in.getLong());
            timeline.lastOfHour.put(Hours.floor(point.eventTimeMs()), point);
        }
        return timeline;
    }
}
