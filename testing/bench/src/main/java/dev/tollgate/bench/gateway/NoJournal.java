package dev.tollgate.bench.gateway;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneStore;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.gateway.journal.SourceRegistry;
import dev.tollgate.gateway.journal.SourceReport;
import dev.tollgate.gateway.journal.SourceSeal;
import dev.tollgate.gateway.journal.SourceState;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A store of lanes in which there is no room: no event is ever set aside or written.
final class NoJournal implements LaneStore {

    @Override
    public List<JournalLane> existing() {
        return List.of();
    }

    @Override
    public JournalLane create(String laneId) {
        return new Lane(laneId);
    }

    @Override
    public LaneRecorder recorder(JournalLane lane, long floorMs) {
        return new NoRoom();
    }

    @Override
    public long bytesUsed() {
        return 0;
    }

    @Override
    public boolean isFull() {
        return true;
    }

    @Override
    public void close() {}

    private static final class NoRoom implements LaneRecorder {
        @Override
        public Optional<RecordSlot> reserve(
                String tenantId, @Nullable String userId, String method, String endpoint, String route) {
            return Optional.empty();
        }

        @Override
        public UUID record(RecordSlot slot, RequestOutcome outcome) {
            throw new IllegalStateException("no room was set aside");
        }

        @Override
        public void release(RecordSlot slot) {
            throw new IllegalStateException("no room was set aside");
        }

        @Override
        public UUID idNow(RecordSlot slot) {
            throw new IllegalStateException("no room was set aside");
        }

        @Override
        public long raiseFloor() {
            return 0;
        }

        @Override
        public long reservedBytes() {
            return 0;
        }

        @Override
        public boolean takeOver(long bytes) {
            return bytes == 0;
        }
    }

    private record Lane(String laneId) implements JournalLane {
        @Override
        public Optional<EventRecord> next(long position) {
            return Optional.empty();
        }

        @Override
        public long cursor() {
            return 0;
        }

        @Override
        public void moveCursor(long position) {}

        @Override
        public void moveCursorBack(long position) {}

        @Override
        public OptionalLong positionOf(int partition, long sequence) {
            return OptionalLong.empty();
        }

        @Override
        public boolean isPublished() {
            return true;
        }

        @Override
        public long[] publishedAtOpening() {
            return new long[Topics.PARTITIONS];
        }

        @Override
        public long[] lastSequences() {
            return new long[Topics.PARTITIONS];
        }

        @Override
        public long floorAtOpening() {
            return 0;
        }

        @Override
        public boolean isDamaged() {
            return false;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void markClosed() {}

        @Override
        public void endWriting() {}

        @Override
        public void deleteStored(BiPredicate<Integer, Long> stored) {}

        @Override
        public void delete() {}
    }

    /// Knows no source and forgets every one.
    static final class Registry implements SourceRegistry {
        @Override
        public void open(String laneId, long heartbeatMs) {}

        @Override
        public Map<String, SourceState> states(Collection<String> sources) {
            return Map.of();
        }

        @Override
        public Map<String, SourceSequences> stored(Collection<String> sources) {
            return Map.of();
        }

        @Override
        public long[] ingestOffsets(String topicId) {
            return new long[Topics.PARTITIONS];
        }

        @Override
        public void heartbeat(List<SourceReport> reports) {}

        @Override
        public void seal(List<SourceSeal> seals) {}
    }
}
