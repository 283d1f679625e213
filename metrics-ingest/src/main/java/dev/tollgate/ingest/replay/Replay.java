package dev.tollgate.ingest.replay;

import dev.tollgate.ingest.intake.ClosedMonths;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeLedger;
import dev.tollgate.ingest.intake.IntakeLedger.Verdict;
import dev.tollgate.ingest.intake.OutboxPayload;
import dev.tollgate.ingest.intake.Submission;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Validated;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Gives dead letters that are valid by now another way to the topic: through the intake's key table and outbox,
/// under the id they have and a new source and sequence, because their own count as seen. The key makes it safe to
/// repeat, also after a crash and by two operators at once. One thread owns an instance.
public final class Replay {

    /// In the key table, of all replayed events. The intake takes no producer without a name, so nobody else has it.
    static final String PRODUCER = "";

    private final DeadLetters letters;
    private final IntakeLedger ledger;
    private final StoredEvents storedEvents;
    private final ClosedMonths closedMonths;
    private final InstantSource clock;

    public Replay(
            DeadLetters letters,
            IntakeLedger ledger,
            StoredEvents storedEvents,
            ClosedMonths closedMonths,
            InstantSource clock) {
        this.letters = letters;
        this.ledger = ledger;
        this.storedEvents = storedEvents;
        this.closedMonths = closedMonths;
        this.clock = clock;
    }

    public ReplaySummary run(LetterSelection selection) {
        Run run = new Run(closedMonths.all(), clock.millis());
        letters.read(selection, letter -> {
            run.read++;
            if (selection.has(letter)) {
                run.add(letter);
            }
        });
        return run.finish();
    }

    /// A valid letter, and the event as the outbox holds it.
    private record Candidate(Letter letter, RequestEvent event, Submission submission) {}

    private final class Run {
        private final Set<YearMonth> closedMonths;
        private final long nowMs;
        private final Map<Submission.Key, Candidate> batch = new LinkedHashMap<>();
        private final List<ReplaySummary.Left> left = new ArrayList<>();
        private long read;
        private long selected;
        private long accepted;
        private long repeated;
        private long stored;
        private long conflicting;
        private long bad;

        Run(Set<YearMonth> closedMonths, long nowMs) {
            this.closedMonths = closedMonths;
            this.nowMs = nowMs;
        }

        void add(Letter letter) {
            selected++;
            switch (EventCodec.validate(letter.value(), nowMs)) {
                case Validated.Invalid(var field, var reason) -> bad(letter, field + " " + reason);
                case Validated.Valid(var event) -> {
                    YearMonth month = YearMonth.from(event.eventTime().atOffset(ZoneOffset.UTC));
                    if (closedMonths.contains(month)) {
                        bad(letter, "eventTime belongs to a month that takes no more events: " + month);
                    } else {
                        add(candidate(letter, event));
                    }
                }
            }
        }

        private void add(Candidate candidate) {
            Candidate first = batch.putIfAbsent(candidate.submission.key(), candidate);
            if (first != null) {
                boolean same = Arrays.equals(first.submission.bodyHash(), candidate.submission.bodyHash());
                judged(candidate, same ? Verdict.REPEATED : Verdict.CONFLICT);
            } else if (batch.size() == Intake.BATCH_MAX) {
                take();
            }
        }

        private void take() {
            Set<UUID> there = storedEvents.among(
                    batch.values().stream().map(Candidate::event).toList());
            List<Candidate> fresh = new ArrayList<>();
            for (Candidate candidate : batch.values()) {
                if (there.contains(candidate.event.id())) {
                    stored++;
                } else {
                    fresh.add(candidate);
                }
            }
            batch.clear();
            if (!fresh.isEmpty()) {
                List<Verdict> verdicts =
                        ledger.take(fresh.stream().map(Candidate::submission).toList());
                for (int i = 0; i < fresh.size(); i++) {
                    judged(fresh.get(i), verdicts.get(i));
                }
            }
        }

        private void judged(Candidate candidate, Verdict verdict) {
            switch (verdict) {
                case STORED -> accepted++;
                case REPEATED -> repeated++;
                case CONFLICT -> {
                    conflicting++;
                    leave(candidate.letter, "id was taken with another body");
                }
            }
        }

        private void bad(Letter letter, String reason) {
            bad++;
            leave(letter, reason);
        }

        private void leave(Letter letter, String reason) {
            if (left.size() < ReplaySummary.LEFT_MAX) {
                left.add(new ReplaySummary.Left(letter.partition(), letter.offset(), letter.tenant(), reason));
            }
        }

        ReplaySummary finish() {
            if (!batch.isEmpty()) {
                take();
            }
            return new ReplaySummary(read, selected, accepted, repeated, stored, conflicting, bad, List.copyOf(left));
        }
    }

    private static Candidate candidate(Letter letter, RequestEvent event) {
        var key = new Submission.Key(event.tenantId(), PRODUCER, event.id().toString());
        return new Candidate(letter, event, OutboxPayload.submission(key, event));
    }
}
