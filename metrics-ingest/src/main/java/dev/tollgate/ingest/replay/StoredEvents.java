package dev.tollgate.ingest.replay;

import dev.tollgate.schema.contract.RequestEvent;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/// What the raw table has.
@FunctionalInterface
public interface StoredEvents {

    /// Ids of those events that are stored already.
    Set<UUID> among(Collection<RequestEvent> events);
}
