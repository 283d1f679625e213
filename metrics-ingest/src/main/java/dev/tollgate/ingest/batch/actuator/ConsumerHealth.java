package dev.tollgate.ingest.batch.actuator;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Red when a consumer has stopped, or leaves alone a partition that its group gave it.
public final class ConsumerHealth implements HealthIndicator {

    private final BooleanSupplier working;
    private final BooleanSupplier readingAll;

    public ConsumerHealth(BooleanSupplier working, BooleanSupplier readingAll) {
        this.working = working;
        this.readingAll = readingAll;
    }

    @Override
    public Health health() {
        if (!working.getAsBoolean()) {
            return Health.down().withDetail("reason", "a consumer has stopped").build();
        }
        return readingAll.getAsBoolean()
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail(
                                "reason",
                                "another process, with the same topic and another group, has taken partitions over")
                        .build();
    }
}
