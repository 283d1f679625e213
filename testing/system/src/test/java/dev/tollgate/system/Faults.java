package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.process.ServiceProcess;
import java.time.Duration;

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

    /// Runs the service armed, so that it dies when it passes the point for the n-th time; then starts it unarmed.
    ///
    /// @param meanwhile what brings it to that point
    void strike(Service service, String point, int pass, Act meanwhile) throws Exception {
        stack.service(service).kill9();
        try (ServiceProcess armed = stack.launcher(
                        service, service.module(), stack.options().ports())
                .environment(StrikePoints.ENVIRONMENT_VARIABLE, point + "=" + pass)
                .start()) {
            meanwhile.run(armed);
            assertThat(armed.awaitExit(STRIKES_WITHIN))
                    .as("%s died at %s", service, point)
                    .isEqualTo(StrikePoints.EXIT_STATUS);
        }
        stack.service(service).restart();
        stack.awaitReady(service);
    }

    /// Something done while an armed service runs.
    @FunctionalInterface
    interface Act {
        void run(ServiceProcess armed) throws Exception;
    }
}
