package dev.tollgate.aggregator;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Ready while the streams run and the sink has its partitions.
final class AggregatorHealth implements HealthIndicator {

    private final AggregatorRuntime runtime;

    AggregatorHealth(AggregatorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Health health() {
        AggregatorRuntime.Status status = runtime.status();
        Health.Builder health = status.ready() ? Health.up() : Health.outOfService();
        return health.withDetail("streams", status.streams())
                .withDetail("sink", status.sink())
                .build();
    }
}
