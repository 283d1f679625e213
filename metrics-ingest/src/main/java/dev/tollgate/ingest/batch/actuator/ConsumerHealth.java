package dev.tollgate.ingest.batch.actuator;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Red when a consumer has stopped.
public final class ConsumerHealth implements HealthIndicator {

    private final BooleanSupplier working;

    public ConsumerHealth(BooleanSupplier working) {
        this.working = working;
    }

    @Override
    public Health health() {
        return working.getAsBoolean()
                ? Health.up().build()
                : Health.down().withDetail("reason", "a consumer has stopped").build();
    }
}
