package dev.tollgate.ingest.intake.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts of what producers sent and of what they were answered. Every tag has few values: statuses are those of the
/// service's own problems. Safe for use by several threads.
public final class IntakeMeters {

    /// What became of one event or void.
    public enum Outcome {
        ACCEPTED,
        REPEATED,
        /// The id was used for another event, or the event was taken back before.
        CONFLICT,
        REFUSED
    }

    /// A bound on requests at work that was reached.
    public enum Bound {
        TENANT,
        INSTANCE
    }

    private final MeterRegistry registry;
    private final Counter busyTenant;
    private final Counter busyInstance;

    public IntakeMeters(MeterRegistry registry) {
        this.registry = registry;
        events(Outcome.ACCEPTED, 202);
        events(Outcome.REPEATED, 200);
        events(Outcome.CONFLICT, 409);
        busyTenant = busy("tenant");
        busyInstance = busy("instance");
    }

    public void event(Outcome outcome, int status) {
        events(outcome, status).increment();
    }

    public void request(int status) {
        Counter.builder("tollgate.ingest.intake.requests")
                .tag("status", Integer.toString(status))
                .description("Requests to the intake by the status of their answer")
                .register(registry)
                .increment();
    }

    public void busy(Bound bound) {
        switch (bound) {
            case TENANT -> busyTenant.increment();
            case INSTANCE -> busyInstance.increment();
        }
    }

    private Counter events(Outcome outcome, int status) {
        String name = switch (outcome) {
            case ACCEPTED -> "accepted";
            case REPEATED -> "repeated";
            case CONFLICT -> "conflict";
            case REFUSED -> "refused";
        };
        return Counter.builder("tollgate.ingest.intake.events")
                .tag("outcome", name)
                .tag("status", Integer.toString(status))
                .description("Events and voids of producers by what became of each")
                .register(registry);
    }

    private Counter busy(String bound) {
        return Counter.builder("tollgate.ingest.intake.busy")
                .tag("bound", bound)
                .description("Requests turned away because as many as allowed were at work")
                .register(registry);
    }
}
