package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.IntakeResult;
import dev.tollgate.ingest.intake.VoidResult;
import dev.tollgate.ingest.intake.metrics.IntakeMeters;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The answer to one CloudEvent: 202 taken, 200 taken before, or a problem.
///
/// @param id the CloudEvent's id, where it could be read
/// @param eventId the id under which it is published
record Outcome(
        int status,
        @Nullable String id,
        @Nullable UUID eventId,
        @Nullable Problem problem) {

    static final int ACCEPTED = 202;
    static final int REPEATED = 200;

    /// When to send a void again whose original is not stored yet.
    static final int UNDERWAY_RETRY_SECONDS = 2;

    static Outcome of(Item item, IntakeResult result) {
        return switch (result) {
            case IntakeResult.Accepted(UUID eventId) -> new Outcome(ACCEPTED, item.id(), eventId, null);
            case IntakeResult.Repeated(UUID eventId) -> new Outcome(REPEATED, item.id(), eventId, null);
            case IntakeResult.Conflict() -> bad(item.id(), idTaken(item));
            case IntakeResult.Invalid(String field, String reason) -> bad(item.id(), invalid(item, field, reason));
        };
    }

    static Outcome of(Item item, VoidResult result) {
        return switch (result) {
            case VoidResult.Accepted(UUID eventId) -> new Outcome(ACCEPTED, item.id(), eventId, null);
            case VoidResult.Repeated(UUID eventId) -> new Outcome(REPEATED, item.id(), eventId, null);
            case VoidResult.Conflict() -> bad(item.id(), idTaken(item));
            case VoidResult.AlreadyVoided() -> bad(item.id(), alreadyVoided());
            case VoidResult.Underway() ->
                bad(
                        item.id(),
                        Problem.of(
                                        ProblemType.EVENT_NOT_STORED,
                                        "the event is accepted and not stored yet; send the void again")
                                .with("retryAfterSeconds", UNDERWAY_RETRY_SECONDS));
            case VoidResult.Unknown() ->
                bad(item.id(), invalid(item, "voids.id", "names no event that this source has sent"));
            case VoidResult.Invalid(String field, String reason) -> bad(item.id(), invalid(item, field, reason));
        };
    }

    static Outcome of(Item.Bad item) {
        return bad(item.id(), item.problem());
    }

    static Problem alreadyVoided() {
        return Problem.of(ProblemType.CONFLICT, "the event was taken back before, by another void");
    }

    /// As it is counted. A void that comes too early is refused: it can be taken a little later.
    IntakeMeters.Outcome kind() {
        if (problem == null) {
            return status == ACCEPTED ? IntakeMeters.Outcome.ACCEPTED : IntakeMeters.Outcome.REPEATED;
        }
        return problem.type().equals(ProblemType.CONFLICT.uri())
                ? IntakeMeters.Outcome.CONFLICT
                : IntakeMeters.Outcome.REFUSED;
    }

    boolean isGood() {
        return problem == null;
    }

    private static Outcome bad(@Nullable String id, Problem problem) {
        return new Outcome(problem.status(), id, null, problem);
    }

    private static Problem idTaken(Item item) {
        return Problem.of(ProblemType.CONFLICT, "this source has sent another event under the same id")
                .with("path", item.paths().attribute("id"));
    }

    private static Problem invalid(Item item, String field, String reason) {
        String path = item.paths().ofField(field);
        return Problem.of(ProblemType.INVALID_EVENT, path + " " + reason).with("path", path);
    }
}
