package dev.tollgate.ingest.replay;

import dev.tollgate.schema.contract.RequestEvent;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/// What the raw table has, and what it takes no more.
public interface StoredEvents {

    /// Ids of those events that are stored already.
    Set<UUID> among(Collection<RequestEvent> events);

    /// Months (UTC) that take no more events.
    Set<YearMonth> closedMonths();
}
