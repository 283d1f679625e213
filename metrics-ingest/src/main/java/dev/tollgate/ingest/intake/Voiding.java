package dev.tollgate.ingest.intake;

import dev.tollgate.ingest.intake.VoidLedger.Known;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.UuidV7;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Takes events back, each once, by sending a void after them: an event of its own that repeats the original's counts
/// and is subtracted wherever the original was added. The original must be stored already, so that its void stands
/// later in the log. Safe for use by several threads.
public final class Voiding {

    public static final int REASON_CHARS_MAX = 500;

    /// The producer's name of voids by staff. Producers cannot use names of this beginning.
    public static final String STAFF_PRODUCER = "tollgate:finance";

    private final VoidLedger ledger;
    private final ClosedMonths closedMonths;
    private final IntakeLimits limits;
    private final InstantSource clock;

    public Voiding(VoidLedger ledger, ClosedMonths closedMonths, IntakeLimits limits, InstantSource clock) {
        this.ledger = ledger;
        this.closedMonths = closedMonths;
        this.limits = limits;
        this.clock = clock;
    }

    /// Takes back what the same producer sent for the same tenant.
    public VoidResult accept(IncomingVoid incoming) {
        for (Field field : new Field[] {
            new Field("source", incoming.producer(), Intake.NAME_CHARS_MAX),
            new Field("id", incoming.eventId(), Intake.NAME_CHARS_MAX),
            new Field("voids.id", incoming.voidedEventId(), Intake.NAME_CHARS_MAX),
            new Field("reason", incoming.reason(), REASON_CHARS_MAX)
        }) {
            if (!field.isValid()) {
                return new VoidResult.Invalid(field.name, "must be 1 to " + field.charsMax + " characters without NUL");
            }
        }
        var key = new Submission.Key(incoming.tenantId(), incoming.producer(), incoming.eventId());
        var voided = new Submission.Key(incoming.tenantId(), incoming.producer(), incoming.voidedEventId());
        return take(key, voided.eventId(), incoming.reason(), incoming.actor(), ledger -> ledger.find(voided));
    }

    /// Takes back any event of a tenant, for staff.
    ///
    /// @param eventId the published id
    public VoidResult acceptOfStaff(String tenantId, UUID eventId, String reason, String operator) {
        var key = new Submission.Key(tenantId, STAFF_PRODUCER, eventId.toString());
        return take(
                key,
                eventId.toString(),
                reason,
                operator,
                ledger -> UuidV7.isV7(eventId) && isOfClosedMonth(timeOf(eventId))
                        ? new Original.Archived()
                        : ledger.find(tenantId, eventId));
    }

    private record Field(String name, String value, int charsMax) {
        boolean isValid() {
            return !value.isEmpty() && value.length() <= charsMax && EventText.isClean(value);
        }
    }

    private VoidResult take(
            Submission.Key key, String voided, String reason, String actor, Function<VoidLedger, Original> original) {
        byte[] hash = EventIds.hash(("void\0" + voided + "\0" + reason).getBytes(StandardCharsets.UTF_8));
        Optional<Known> known = ledger.known(key);
        if (known.isPresent()) {
            return Arrays.equals(known.get().bodyHash(), hash)
                    ? new VoidResult.Repeated(known.get().publishedId())
                    : new VoidResult.Conflict();
        }
        return switch (original.apply(ledger)) {
            case Original.Unknown unknown -> new VoidResult.Unknown();
            case Original.Underway(UUID id) -> isOfClosedMonth(timeOf(id)) ? ofArchive() : new VoidResult.Underway();
            case Original.Archived archived -> ofArchive();
            case Original.Stored(RequestEvent event) ->
                isOfClosedMonth(event.eventTime()) ? ofArchive() : take(key, hash, event, actor, reason);
        };
    }

    /// A void stands in its original's hour, so in its month too.
    private boolean isOfClosedMonth(Instant time) {
        return new MonthBook(closedMonths, clock.instant()).closed(time).isPresent();
    }

    private static Instant timeOf(UUID eventId) {
        return Instant.ofEpochMilli(UuidV7.epochMs(eventId));
    }

    private static VoidResult ofArchive() {
        return new VoidResult.Invalid("voids.id", "is of a month that is archived: it can no longer be taken back");
    }

    private VoidResult take(Submission.Key key, byte[] hash, RequestEvent event, String actor, String reason) {
        if (event.isVoid()) {
            return new VoidResult.Invalid("voids.id", "is a void itself; send the event anew instead");
        }
        if (event.eventType() == EventType.STORAGE_WRITE) {
            return new VoidResult.Invalid(
                    "voids.id", "is a storage_write: send the right level as a newer one instead");
        }
        if (!limits.allow(event.eventTime(), clock.instant())) {
            return new VoidResult.Invalid(
                    "voids.id", "is older than " + limits.ageMax().toDays() + " days");
        }
        UUID voidId = EventIds.of(key.producer(), key.eventId(), event.eventTimeMs());
        byte[] payload = OutboxPayload.encode(
                event.voided(voidId, OutboxPayload.UNNUMBERED_SOURCE, OutboxPayload.UNNUMBERED_SEQUENCE));
        return switch (ledger.take(new VoidSubmission(key, hash, event.id(), voidId, payload, actor, reason))) {
            case STORED -> new VoidResult.Accepted(voidId);
            case REPEATED -> new VoidResult.Repeated(voidId);
            case CONFLICT -> new VoidResult.Conflict();
            case VOIDED -> new VoidResult.AlreadyVoided();
        };
    }
}
