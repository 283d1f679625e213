package dev.tollgate.gateway.violation;

import dev.tollgate.schema.contract.QuotaViolation;
import java.util.List;

/// Where denials are announced. Used by one thread.
public interface ViolationTopic extends AutoCloseable {

    /// Returns when all are stored for good; when it throws, any of them may be.
    void publish(List<QuotaViolation> violations) throws ViolationsUnavailableException, InterruptedException;

    @Override
    void close();
}
