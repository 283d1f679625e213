package dev.tollgate.aggregator.reconcile.actuator;

import dev.tollgate.aggregator.reconcile.OpenFindings;
import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Red while something is lost, or differs and recomputation did not mend it.
public final class ReconcileHealth implements HealthIndicator {

    private final ReconcileStatus status;

    public ReconcileHealth(ReconcileStatus status) {
        this.status = status;
    }

    @Override
    public Health health() {
        OpenFindings open = status.open();
        Health.Builder health = open.red() == 0 ? Health.up() : Health.outOfService();
        health.withDetail("red", open.red());
        open.byKind().forEach((kind, count) -> health.withDetail(kind.wireName(), count));
        return open.red() == 0
                ? health.build()
                : health.withDetail("worst", open.worst()).build();
    }
}
