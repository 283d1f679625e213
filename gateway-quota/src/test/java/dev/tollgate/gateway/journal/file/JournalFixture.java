package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Validated;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A journal on the disk with a clock that tests turn.
final class JournalFixture {

    static final int SEGMENT_BYTES = JournalSettings.SEGMENT_BYTES_MIN;
    static final long START_MS = 1_800_000_000_000L;

    final AtomicLong clockMs = new AtomicLong(START_MS);
    private final Path folder;
    private final long bytesMax;

    JournalFixture(Path folder, long bytesMax) {
        this.folder = folder;
        this.bytesMax = bytesMax;
    }

    JournalDirectory open() {
        return JournalDirectory.open(
                new JournalSettings(folder, SEGMENT_BYTES, bytesMax),
                clockMs::get,
                new Random(7),
                StrikePoints.inert());
    }

    static String newLaneId() {
        return LaneSources.newLaneId(new Random(11));
    }

    static RequestOutcome outcome(String tenantId) {
        return outcome(tenantId, null);
    }

    static RequestOutcome outcome(String tenantId, @Nullable String userId) {
        return new RequestOutcome(
                tenantId, userId, EventType.API_REQUEST, "/v1/things", "GET", "things", 12, 3, 200, 100, 0, 1);
    }

    static void append(LaneRecorder recorder, String tenantId) {
        var slot =
                recorder.reserve(tenantId, null, "GET", "/v1/things", "things").orElseThrow();
        recorder.record(slot, outcome(tenantId));
    }

    static List<EventRecord> eventsFrom(JournalLane lane, long position) {
        List<EventRecord> events = new ArrayList<>();
        Optional<EventRecord> next = lane.next(position);
        while (next.isPresent()) {
            events.add(next.get());
            next = lane.next(next.get().endPosition());
        }
        return events;
    }

    static RequestEvent decoded(EventRecord event) {
        return switch (EventCodec.validate(event.json(), Long.MAX_VALUE)) {
            case Validated.Valid(RequestEvent valid) -> valid;
            case Validated.Invalid(String field, String reason) -> throw new AssertionError(field + " " + reason);
        };
    }
}
