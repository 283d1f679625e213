package dev.tollgate.ingest.partition.actuator;

import dev.tollgate.ingest.partition.MonthKeeper;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Red before the raw partitions that were made ahead run out, or when they cannot be asked for.
public final class MonthHealth implements HealthIndicator {

    private final MonthKeeper keeper;

    public MonthHealth(MonthKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Health health() {
        try {
            int ready = keeper.monthsReady();
            Health.Builder health = ready < MonthKeeper.MONTHS_READY_MIN
                    ? Health.down()
                            .withDetail(
                                    "reason",
                                    ready < 0
                                            ? "the raw partition of the current month is missing"
                                            : "raw partitions stand ready for " + ready
                                                    + " months after the current one; at least "
                                                    + MonthKeeper.MONTHS_READY_MIN + " must")
                    : Health.up();
            return health.withDetail("monthsReady", ready).build();
        } catch (IllegalStateException e) {
            return Health.down(e).build();
        }
    }
}
