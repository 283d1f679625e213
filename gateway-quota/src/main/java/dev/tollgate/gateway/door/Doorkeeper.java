package dev.tollgate.gateway.door;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.Applicant;
import dev.tollgate.gateway.proxy.CallerLookup;
import dev.tollgate.gateway.proxy.Checkpoint;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.FieldRules;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers the questions of one event loop, which owns it. A request that may pass has spent its tokens and left its
/// event before the answer goes out; what becomes of it afterwards is not known here, so its event has neither status
/// nor bytes, and its duration is 0.
public final class Doorkeeper {

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final Checkpoint checkpoint;
    private final RequestRecorder recorder;
    private final DoorMeter meter;
    private final boolean records;

    /// @param records whether an admitted request leaves an event
    public Doorkeeper(Checkpoint checkpoint, RequestRecorder recorder, DoorMeter meter, boolean records) {
        this.checkpoint = checkpoint;
        this.recorder = recorder;
        this.meter = meter;
        this.records = records;
    }

    /// Answers exactly once, on the event loop, before returning or within the gate's time.
    public void ask(DoorQuestion question, Consumer<DoorVerdict> answer) {
        if (question.isGone().getAsBoolean()) {
            answer.accept(new DoorVerdict.Gone());
            return;
        }
        Asking asking = new Asking(question, answer);
        switch (question.caller()) {
            case DoorCaller.Presented(var credentials) -> checkpoint.decide(asking, credentials);
            case DoorCaller.Named(String tenantId) -> checkpoint.decideOfTenant(asking, tenantId);
            case DoorCaller.Nobody nobody ->
                asking.refused(Refused.of(
                        Refused.UNKNOWN_TENANT,
                        ProblemResponse.unauthenticated("an API key in Authorization: Bearer or X-Api-Key is needed")));
        }
    }

    private final class Asking implements Applicant {

        private final DoorQuestion question;
        private final Consumer<DoorVerdict> answer;

        Asking(DoorQuestion question, Consumer<DoorVerdict> answer) {
            this.question = question;
            this.answer = answer;
        }

        @Override
        public String method() {
            return question.method();
        }

        @Override
        public String path() {
            return question.path();
        }

        @Override
        public long hits() {
            return question.hits();
        }

        @Override
        public boolean leavesEvent() {
            return records;
        }

        @Override
        public void admitted(CallerLookup.Known caller, Route route, Admission admission, @Nullable RecordSlot slot) {
            if (question.isGone().getAsBoolean()) {
                admission.giveBack();
                if (slot != null) {
                    recorder.release(slot);
                }
                answer.accept(new DoorVerdict.Gone());
                return;
            }
            UUID eventId;
            try {
                eventId = slot == null ? null : recorder.record(slot, outcome(caller, route, admission));
            } catch (RuntimeException fault) {
                admission.giveBack();
                refused(Refused.of(
                        caller.tenant().tenantId(),
                        ProblemResponse.unavailable("the event cannot be written", RETRY_SOON)));
                throw fault;
            }
            admission.commit();
            if (records && slot == null) {
                meter.unrecorded();
            }
            answer.accept(new DoorVerdict.Allowed(caller.tenant(), route.quotaPolicy(), admission.closest(), eventId));
        }

        private RequestOutcome outcome(CallerLookup.Known caller, Route route, Admission admission) {
            return new RequestOutcome(
                    caller.tenant().tenantId(),
                    caller.userId(),
                    route.eventType(),
                    EventText.clean(question.path(), FieldRules.ENDPOINT_CHARS_MAX),
                    question.method(),
                    route.name(),
                    0,
                    0,
                    RequestOutcome.STATUS_UNKNOWN,
                    0,
                    0,
                    admission.cost());
        }

        @Override
        public void refused(Refused refused) {
            answer.accept(new DoorVerdict.Denied(refused));
        }
    }
}
