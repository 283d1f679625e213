package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.RequestEvent;
import java.util.UUID;

/// What is known of an event that somebody wants to take back.
public sealed interface Original {

    /// Nobody sent it.
    record Unknown() implements Original {}

    /// Accepted a short while ago, and not in the raw table yet.
    ///
    /// @param id under which it is published
    record Underway(UUID id) implements Original {}

    /// Accepted long ago, and in the raw table no more: its month is archived.
    record Archived() implements Original {}

    record Stored(RequestEvent event) implements Original {}
}
