package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.process.ServiceProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Lets processes of a running stack die and start again.
final class Faults {

    private static final Duration STRIKES_WITHIN = Duration.ofSeconds(60);

    private final Stack stack;
    private final Instant startedAt = Instant.now();

    Faults(Stack stack) {
        this.stack = stack;
    }

    /// Writes down at which moment a fault strikes, so that a failure can be read beside the services' logs.
    void note(String fault) {
        System.out.printf(
                "%6d ms  %s%n", Duration.between(startedAt, Instant.now()).toMillis(), fault);
    }

    /// `kill -9` at this moment, then a new start.
    void kill(Service service) {
        note("kill -9 " + service);
        stack.service(service).restart();
        stack.awaitReady(service);
        note(service + " is ready again");
    }

    /// A place to die at.
    ///
    /// @param pass how often the place is passed until then
    record Strike(String point, int pass) {}

    /// `kill -9` at this moment; then, strike after strike, the service runs armed and dies when it passes the point
    /// for the n-th time; then it starts unarmed.
    ///
    /// @param meanwhile what brings the service to its first point, once it runs
    void strikes(Service service, List<Strike> strikes, Act meanwhile) throws Exception {
        note("kill -9 " + service);
        stack.service(service).kill9();
        Act next = meanwhile;
        for (Strike strike : strikes) {
            runArmed(service, strike, next);
            next = armed -> {};
        }
        stack.service(service).restart();
        stack.awaitReady(service);
        note(service + " is ready again");
    }

    private void runArmed(Service service, Strike strike, Act meanwhile) throws Exception {
        try (ServiceProcess armed = stack.launcher(
                        service, service.module(), stack.options().ports())
                .environment(StrikePoints.ENVIRONMENT_VARIABLE, strike.point() + "=" + strike.pass())
                .start()) {
            meanwhile.run(armed);
            assertThat(armed.awaitExit(STRIKES_WITHIN))
                    .as("%s died at %s", service, strike)
                    .isEqualTo(StrikePoints.EXIT_STATUS);
            note(service + " died at " + strike);
        }
    }

    /// Something done while an armed service runs.
    @FunctionalInterface
    interface Act {
        void run(ServiceProcess armed) throws Exception;
    }
}
