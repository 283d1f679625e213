package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/// A lane in memory; positions are indexes.
final class ListLane implements JournalLane {

    final List<EventRecord> events = new ArrayList<>();
    private final String laneId;
    boolean closed;
    boolean damaged;
    boolean deleted;
    private long cursor;

    ListLane(String laneId) {
        this.laneId = laneId;
    }

    void append(int partition) {
        long sequence = lastSequences()[partition] + 1;
        events.add(new EventRecord(events.size() + 1L, partition, sequence, 1_000L + events.size(), new byte[10]));
    }

    @Override
    public String laneId() {
        return laneId;
    }

    @Override
    public Optional<EventRecord> next(long position) {
        return position < events.size() ? Optional.of(events.get((int) position)) : Optional.empty();
    }

    @Override
    public long cursor() {
        return cursor;
    }

    @Override
    public void moveCursor(long position) {
        assert position > cursor : "the cursor goes back";
        cursor = position;
    }

    @Override
    public void moveCursorBack(long position) {
        cursor = position;
    }

    @Override
    public OptionalLong positionOf(int partition, long sequence) {
        return IntStream.range(0, events.size())
                .filter(i ->
                        events.get(i).partition() == partition && events.get(i).sequence() == sequence)
                .asLongStream()
                .findFirst();
    }

    @Override
    public void endWriting() {}

    @Override
    public boolean isPublished() {
        return cursor == events.size();
    }

    @Override
    public long[] publishedAtOpening() {
        return new long[Topics.PARTITIONS];
    }

    @Override
    public long[] lastSequences() {
        long[] last = new long[Topics.PARTITIONS];
        events.forEach(event -> last[event.partition()] = event.sequence());
        return last;
    }

    @Override
    public long floorAtOpening() {
        return 0;
    }

    @Override
    public boolean isDamaged() {
        return damaged;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void markClosed() {
        closed = true;
    }

    @Override
    public void deleteStored(BiPredicate<Integer, Long> stored) {}

    @Override
    public void delete() {
        deleted = true;
    }
}
