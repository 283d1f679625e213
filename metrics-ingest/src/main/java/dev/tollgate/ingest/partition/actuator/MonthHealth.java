package dev.tollgate.ingest.partition.actuator;

import dev.tollgate.ingest.partition.MonthKeeper;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Red when the next month's partition is missing, or cannot be asked for.
public final class MonthHealth implements HealthIndicator {

    private final MonthKeeper keeper;

    public MonthHealth(MonthKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Health health() {
        try {
            return keeper.nextMonthIsReady()
                    ? Health.up().build()
                    : Health.down()
                            .withDetail("reason", "the raw partition of the next month is missing")
                            .build();
        } catch (IllegalStateException e) {
            return Health.down(e).build();
        }
    }
}
