package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.RequestEvent;
import java.util.List;

/// The way to `usage.requests.v1`.
@FunctionalInterface
public interface EventPublisher {

    /// Returns once the broker has all of them; throws otherwise, and then it may have some.
    void publish(List<RequestEvent> events);
}
