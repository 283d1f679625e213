package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.process.ServiceProcess;
import java.time.Duration;
import java.util.List;

/// Lets processes of a running stack die and start again.
final class Faults {

    private static final Duration STRIKES_WITHIN = Duration.ofSeconds(60);

    private final Stack stack;

    Faults(Stack stack) {
        this.stack = stack;
    }

    /// `kill -9` at this moment, then a new start.
    void kill(Service service) {
        stack.service(service).restart();
        stack.awaitReady(service);
    }

    /// A place to die at.
    ///
    /// @param pass how often the place is passed until then
    record Strike(String point, int pass) {}

    /// `kill -9` at this moment; then, strike after strike, the service runs armed and dies when it passes the point
    /// for
    /// the n-th time; then it starts unarmed.
    void strikes(Service service, List<Strike> strikes) throws Exception {
        stack.service(service).kill9();
        for (Strike strike : strikes) {
            runArmed(service, strike, armed -> {});
        }
        stack.service(service).restart();
        stack.awaitReady(service);
    }

    /// As `strikes` for one, which something else brings about.
    ///
    /// @param meanwhile what brings the service to that point
    void strike(Service service, Strike strike, Act meanwhile) throws Exception {
        stack.service(service).kill9();
        runArmed(service, strike, meanwhile);
        stack.service(service).restart();
        stack.awaitReady(service);
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
        }
    }

    /// Something done while an armed service runs.
    @FunctionalInterface
    interface Act {
        void run(ServiceProcess armed) throws Exception;
    }
}
