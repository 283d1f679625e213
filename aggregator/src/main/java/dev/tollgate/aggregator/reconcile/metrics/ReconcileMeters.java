package dev.tollgate.aggregator.reconcile.metrics;

import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/// Findings by kind, never by tenant: the table names these.
public final class ReconcileMeters implements MeterBinder {

    private final ReconcileStatus status;

    public ReconcileMeters(ReconcileStatus status) {
        this.status = status;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (FindingKind kind : FindingKind.values()) {
            FunctionCounter.builder("tollgate.aggregator.reconcile.findings", status, s -> s.foundOf(kind))
                    .tag("kind", kind.wireName())
                    .description("Findings that this process opened")
                    .register(registry);
            Gauge.builder(
                            "tollgate.aggregator.reconcile.open",
                            status,
                            s -> s.open().of(kind))
                    .tag("kind", kind.wireName())
                    .description("Findings that are open")
                    .register(registry);
        }
        Gauge.builder("tollgate.aggregator.reconcile.red", status, s -> s.open().red())
                .description("Open findings that will not mend by themselves")
                .register(registry);
        FunctionCounter.builder("tollgate.aggregator.reconcile.hours", status, ReconcileStatus::comparedHours)
                .tag("result", "compared")
                .register(registry);
        FunctionCounter.builder("tollgate.aggregator.reconcile.hours", status, ReconcileStatus::waitingHours)
                .tag("result", "under-way")
                .register(registry);
        FunctionCounter.builder("tollgate.aggregator.reconcile.unchecked", status, ReconcileStatus::uncheckedRanges)
                .description("Ranges that took too long to compare")
                .register(registry);
    }
}
