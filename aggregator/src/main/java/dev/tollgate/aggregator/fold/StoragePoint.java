package dev.tollgate.aggregator.fold;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A tenant's stored bytes as one event reported them.
public record StoragePoint(long eventTimeMs, UUID id, long bytes) {

    /// Whether this report supersedes the other: the later event time, then the greater id as PostgreSQL orders ids
    /// (byte by byte, unsigned), so that the raw table and the stream agree.
    public boolean supersedes(@Nullable StoragePoint other) {
        if (other == null) {
            return true;
        }
        if (eventTimeMs != other.eventTimeMs) {
            return eventTimeMs > other.eventTimeMs;
        }
        int high = Long.compareUnsigned(id.getMostSignificantBits(), other.id.getMostSignificantBits());
        return high != 0
                ? high > 0
                : Long.compareUnsigned(id.getLeastSignificantBits(), other.id.getLeastSignificantBits()) > 0;
    }
}
