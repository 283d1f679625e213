package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;

/// Ends a request with a problem.
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.title() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }

    /// A parameter or a member of the body that is not as it must be.
    public static ProblemException field(String field, String detail) {
        return new ProblemException(
                Problem.of(ProblemType.INVALID_FIELD, field + " " + detail).with("field", field));
    }

    public Problem problem() {
        return problem;
    }
}
