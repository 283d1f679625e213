package dev.tollgate.ingest.intake;

import dev.tollgate.ingest.intake.IntakeLedger.Verdict;
import dev.tollgate.ingest.intake.IntakeResult.Accepted;
import dev.tollgate.ingest.intake.IntakeResult.Conflict;
import dev.tollgate.ingest.intake.IntakeResult.Invalid;
import dev.tollgate.ingest.intake.IntakeResult.Repeated;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.InvalidFieldException;
import dev.tollgate.schema.contract.RequestEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes events of other producers, each once. Safe for use by several threads.
public final class Intake {

    public static final int BATCH_MAX = 1_000;
    static final int NAME_CHARS_MAX = 256;

    private final IntakeLedger ledger;
    private final ClosedMonths closedMonths;
    private final IntakeLimits limits;
    private final InstantSource clock;

    public Intake(IntakeLedger ledger, ClosedMonths closedMonths, IntakeLimits limits, InstantSource clock) {
        this.ledger = ledger;
        this.closedMonths = closedMonths;
        this.limits = limits;
        this.clock = clock;
    }

    /// The same intake with its clock stopped and the months that are closed at this moment: it judges an event the
    /// same way however often it is asked.
    public Intake withClockStopped() {
        Set<YearMonth> closed = Set.copyOf(closedMonths.all());
        return new Intake(ledger, () -> closed, limits, InstantSource.fixed(clock.instant()));
    }

    /// What `accept` would find invalid about the event, if anything; takes nothing.
    public Optional<Invalid> check(IncomingEvent incoming) {
        return switch (judge(incoming, new MonthBook(closedMonths, clock.instant()))) {
            case Item.Bad(var invalid) -> Optional.of(invalid);
            case Item.Good good -> Optional.empty();
        };
    }

    /// Answers for every event in its place; the valid ones are taken in one transaction. An event that comes
    /// twice in one batch is judged as if it came in two.
    public List<IntakeResult> accept(List<IncomingEvent> batch) {
        if (batch.size() > BATCH_MAX) {
            throw new IllegalArgumentException("a batch has at most " + BATCH_MAX + " events");
        }
        MonthBook months = new MonthBook(closedMonths, clock.instant());
        List<Item> items =
                batch.stream().map(incoming -> judge(incoming, months)).toList();
        Map<Submission.Key, Integer> firstPlace = new LinkedHashMap<>();
        List<Submission> firsts = new ArrayList<>();
        for (int place = 0; place < items.size(); place++) {
            if (items.get(place) instanceof Item.Good(var submission, var id)
                    && firstPlace.putIfAbsent(submission.key(), place) == null) {
                firsts.add(submission);
            }
        }
        Map<Submission.Key, Taken> taken = take(firsts);
        List<IntakeResult> results = new ArrayList<>(items.size());
        for (int place = 0; place < items.size(); place++) {
            results.add(
                    switch (items.get(place)) {
                        case Item.Bad(var invalid) -> invalid;
                        case Item.Good(var submission, var id) -> {
                            boolean isFirst = firstPlace.getOrDefault(submission.key(), -1) == place;
                            yield result(submission, id, isFirst, taken.get(submission.key()));
                        }
                    });
        }
        return results;
    }

    private Map<Submission.Key, Taken> take(List<Submission> firsts) {
        Map<Submission.Key, Taken> taken = new HashMap<>();
        List<Verdict> verdicts = firsts.isEmpty() ? List.of() : ledger.take(firsts);
        for (int i = 0; i < firsts.size(); i++) {
            Submission first = firsts.get(i);
            taken.put(first.key(), new Taken(first, verdicts.get(i)));
        }
        return taken;
    }

    /// The first event of a batch with its key, and the ledger's verdict on it.
    private record Taken(Submission first, Verdict verdict) {}

    private static IntakeResult result(Submission submission, UUID id, boolean isFirst, @Nullable Taken taken) {
        if (taken == null) {
            throw new IllegalStateException("the ledger gave no verdict on " + submission.key());
        }
        boolean sameBody = Arrays.equals(taken.first().bodyHash(), submission.bodyHash());
        return switch (taken.verdict()) {
            case STORED -> isFirst ? new Accepted(id) : sameBody ? new Repeated(id) : new Conflict();
            case REPEATED -> sameBody ? new Repeated(id) : new Conflict();
            // The known body is neither of these two, or that of the later one; both are told the safe answer.
            case CONFLICT -> new Conflict();
        };
    }

    private Item judge(IncomingEvent incoming, MonthBook months) {
        try {
            name("source", incoming.producer());
            name("id", incoming.eventId());
            Instant time = incoming.time().truncatedTo(ChronoUnit.MILLIS);
            if (!limits.allow(time, clock.instant())) {
                throw new InvalidFieldException(
                        "time",
                        "must be at most " + limits.ageMax().toDays() + " days back and "
                                + limits.futureMax().toMinutes() + " minutes ahead");
            }
            requireOpenMonth(months, time);
            UUID id = EventIds.of(incoming.producer(), incoming.eventId(), Math.max(0, time.toEpochMilli()));
            byte[] payload = OutboxPayload.encode(toEvent(incoming, id, time));
            var key = new Submission.Key(incoming.tenantId(), incoming.producer(), incoming.eventId());
            return new Item.Good(new Submission(key, id, payload, EventIds.hash(payload)), id);
        } catch (InvalidFieldException e) {
            return new Item.Bad(new Invalid(e.field(), e.reason()));
        }
    }

    private static RequestEvent toEvent(IncomingEvent incoming, UUID id, Instant time) {
        Usage usage = incoming.usage();
        return new RequestEvent(
                id,
                incoming.tenantId(),
                usage.userId(),
                incoming.type(),
                usage.endpoint(),
                usage.method(),
                usage.route(),
                usage.durationMs(),
                usage.dbQueryCount(),
                usage.dbDurationMs(),
                usage.responseStatus(),
                usage.bytesSent(),
                usage.bytesReceived(),
                usage.bytesStored(),
                usage.units(),
                time,
                OutboxPayload.UNNUMBERED_SOURCE,
                OutboxPayload.UNNUMBERED_SEQUENCE);
    }

    private static void requireOpenMonth(MonthBook months, Instant time) {
        months.closed(time).ifPresent(month -> {
            throw new InvalidFieldException("time", "is of " + month + ", which takes no more events: it is archived");
        });
    }

    private static void name(String field, String value) {
        if (value.isEmpty() || value.length() > NAME_CHARS_MAX || !EventText.isClean(value)) {
            throw new InvalidFieldException(
                    field, "must be 1 to " + NAME_CHARS_MAX + " characters without NUL or lone surrogates");
        }
    }

    private sealed interface Item {
        record Good(Submission submission, UUID id) implements Item {}

        record Bad(Invalid invalid) implements Item {}
    }
}
