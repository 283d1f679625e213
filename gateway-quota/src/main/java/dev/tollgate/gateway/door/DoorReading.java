package dev.tollgate.gateway.door;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.FieldRules;
import java.util.function.BooleanSupplier;

/// What a door understands of what it is asked.
public sealed interface DoorReading {

    /// It can be decided.
    record Asked(DoorQuestion question) implements DoorReading {}

    /// The request that is asked about is one that nobody should pass on.
    record BadRequest(ProblemResponse answer, String path) implements DoorReading {}

    /// The asking gateway is not set up as the door needs it.
    record BadQuestion(String reason) implements DoorReading {}

    /// Reads the description of a request.
    ///
    /// @param target as in a request line
    static DoorReading of(DoorCaller caller, String method, String target, long hits, BooleanSupplier isGone) {
        if (!FieldRules.isMethod(method)) {
            return new BadRequest(
                    ProblemResponse.of(ProblemType.BAD_REQUEST, "the method is not an HTTP token"), target);
        }
        return switch (RequestTarget.parse(target)) {
            case RequestTarget.Refused(String reason) ->
                new BadRequest(ProblemResponse.of(ProblemType.BAD_REQUEST, reason), target);
            case RequestTarget.Origin origin ->
                new Asked(new DoorQuestion(caller, method, origin.path(), hits, isGone));
        };
    }
}
