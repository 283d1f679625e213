package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.IncomingVoid;
import dev.tollgate.schema.access.problem.Problem;
import org.jspecify.annotations.Nullable;

/// One CloudEvent of a request, read and not yet offered to the intake.
sealed interface Item {

    Paths paths();

    /// The CloudEvent's id; null when it has none that can be read.
    @Nullable
    String id();

    record Event(Paths paths, IncomingEvent event) implements Item {
        @Override
        public String id() {
            return event.eventId();
        }
    }

    record Void(Paths paths, IncomingVoid wish) implements Item {
        @Override
        public String id() {
            return wish.eventId();
        }
    }

    record Bad(Paths paths, @Nullable String id, Problem problem) implements Item {}
}
