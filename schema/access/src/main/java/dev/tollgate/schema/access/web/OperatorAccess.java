package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.OperatorKeys;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.problem.ProblemType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Lets members of staff in by `Authorization: Bearer tg_…`. No valid key is a 401, a key without the role a 403.
public final class OperatorAccess {

    private final OperatorKeys keys;

    public OperatorAccess(OperatorKeys keys) {
        this.keys = keys;
    }

    /// @param oneOf roles of which one suffices
    public Operator require(@Nullable String authorization, Role... oneOf) {
        Operator operator = BearerToken.in(authorization)
                .flatMap(keys::find)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.UNAUTHENTICATED, "send a valid operator key as a bearer token"));
        if (Arrays.stream(oneOf).noneMatch(operator::has)) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN, operator.name() + " needs one of the roles " + Arrays.toString(oneOf));
        }
        return operator;
    }
}
