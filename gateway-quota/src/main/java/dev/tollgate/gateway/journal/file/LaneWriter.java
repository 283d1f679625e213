package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The only writer of a lane. Every method belongs to one thread, the lane's event loop.
///
/// Room is reserved against bytes that exist on the disk: the rest of the current segment and the spare one. An event
/// never crosses a segment's end, so that a step into the spare segment may waste almost the length of one event.
final class LaneWriter implements LaneRecorder {

    /// What an event takes beside its texts: names, numbers, ids, times, and the record's own header.
    static final int EVENT_BYTES_BESIDE_TEXTS = 896;

    /// A character takes at most this many bytes in JSON (a control character as `\u0001`).
    static final int CHAR_BYTES_MAX = 6;

    private final FileLane lane;
    private final LongSupplier clockMs;
    private final RandomBlock random;
    private final StrikePoints strikes;
    private final List<String> sources;
    private final RecordFormat format = new RecordFormat();
    private Segment segment;
    private int offset;
    private long reservedBytes;
    private long floorMs;

    /// @param clockMs epoch milliseconds, corrected to the ledger's clock; may step back
    LaneWriter(FileLane lane, LongSupplier clockMs, long floorMs, RandomGenerator random, StrikePoints strikes) {
        this.lane = lane;
        this.clockMs = clockMs;
        this.random = new RandomBlock(random);
        this.strikes = strikes;
        this.sources = LaneSources.sourcesOf(lane.laneId());
        this.segment = lane.current();
        this.offset = Position.offset(lane.committed());
        this.floorMs = Math.max(floorMs, lane.floorAtOpening());
    }

    @Override
    public Optional<RecordSlot> reserve(
            String tenantId, @Nullable String userId, String method, String endpoint, String route) {
        int userChars = userId == null ? 0 : userId.length();
        int chars = tenantId.length() + userChars + method.length() + endpoint.length() + route.length();
        int bytes = Math.min(
                RecordFormat.RECORD_BYTES_MAX, RecordFormat.bytesOf(EVENT_BYTES_BESIDE_TEXTS + CHAR_BYTES_MAX * chars));
        if (reservedBytes + bytes > room()) {
            lane.makeSpaceSoon();
            return Optional.empty();
        }
        reservedBytes += bytes;
        return Optional.of(new RecordSlot(bytes, random.nextLong(), random.nextLong()));
    }

    private long room() {
        int here = segment.size() - offset;
        int spare = lane.spareBytes();
        return spare == 0 ? here : Math.max(0, here - RecordFormat.RECORD_BYTES_MAX) + (long) spare;
    }

    @Override
    public UUID record(RecordSlot slot, RequestOutcome outcome) {
        reservedBytes -= slot.bytes();
        long timeMs = raiseFloor();
        int partition = Topics.partitionOf(outcome.tenantId());
        long sequence = lane.sequences()[partition] + 1;
        UUID id = UuidV7.of(timeMs, slot.randomA(), slot.randomB());
        EventCodec.encodeTo(eventOf(outcome, id, timeMs, partition, sequence), format.json());
        int length = format.seal(timeMs, sequence, partition);
        if (offset + length > segment.size()) {
            segment = lane.advance(timeMs);
            offset = SegmentHeader.BYTES;
        }
        segment.write(offset, format.scratch(), length);
        offset += length;
        lane.sequences()[partition] = sequence;
        lane.commit(Position.of(segment.index(), offset));
        strikes.pass(StrikePoints.GATEWAY_AFTER_APPEND);
        return id;
    }

    private RequestEvent eventOf(RequestOutcome outcome, UUID id, long timeMs, int partition, long sequence) {
        return new RequestEvent(
                id,
                outcome.tenantId(),
                outcome.userId(),
                outcome.eventType(),
                outcome.endpoint(),
                outcome.method(),
                outcome.route(),
                outcome.durationMs(),
                outcome.dbQueryCount(),
                null,
                outcome.responseStatus() == RequestOutcome.STATUS_UNKNOWN ? null : outcome.responseStatus(),
                outcome.bytesSent(),
                outcome.bytesReceived(),
                null,
                outcome.units(),
                Instant.ofEpochMilli(timeMs),
                sources.get(partition),
                sequence);
    }

    @Override
    public void release(RecordSlot slot) {
        reservedBytes -= slot.bytes();
    }

    @Override
    public long reservedBytes() {
        return reservedBytes;
    }

    @Override
    public boolean takeOver(long bytes) {
        if (reservedBytes + bytes > room()) {
            lane.makeSpaceSoon();
            return false;
        }
        reservedBytes += bytes;
        return true;
    }

    @Override
    public UUID idNow(RecordSlot slot) {
        return UuidV7.of(Math.max(floorMs, clockMs.getAsLong()), slot.randomA(), slot.randomB());
    }

    @Override
    public long raiseFloor() {
        floorMs = Math.max(floorMs, clockMs.getAsLong());
        return floorMs;
    }
}
