package dev.tollgate.gateway.violation;

import dev.tollgate.schema.contract.QuotaViolation;
import java.util.List;

/// Keeps counted denials.
public interface ViolationStore {

    /// Adds to what is stored for the same tenant, quota, route and minute: all of it, or nothing when it throws and
    /// the answer was not lost. A flush that is stored already is not added again.
    ///
    /// @param flushNumber 1, 2, 3, …: the same number is always the same flush
    void add(long flushNumber, List<QuotaViolation> counts) throws ViolationsUnavailableException;
}
