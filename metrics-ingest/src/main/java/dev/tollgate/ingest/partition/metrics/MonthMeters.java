package dev.tollgate.ingest.partition.metrics;

import dev.tollgate.ingest.partition.MonthCensus.Census;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The raw table's months as they were when somebody last looked; NaN before. Safe for use by several threads.
public final class MonthMeters {

    private volatile Optional<Seen> seen = Optional.empty();

    private record Seen(int ready, Census census) {}

    public MonthMeters(MeterRegistry registry) {
        gauge(registry, "ready", "Raw partitions that stand ready after the current month", Seen::ready);
        gauge(registry, "kept", "Raw partitions of months before the current one", one -> one.census.kept());
        gauge(
                registry,
                "oldest.age",
                "Months between the oldest raw partition and the current month",
                one -> one.census.oldestAgeMonths());
        gauge(
                registry,
                "overdue",
                "Raw partitions beyond what is kept that are not dropped yet",
                one -> one.census.overdue());
        TimeGauge.builder(
                        "tollgate.ingest.months.exported",
                        this,
                        TimeUnit.SECONDS,
                        meters -> meters.read(one -> one.census
                                .exportedAt()
                                .map(Instant::getEpochSecond)
                                .map(Long::doubleValue)
                                .orElse(Double.NaN)))
                .description("When a raw month was last exported, as Unix time; NaN when none was")
                .register(registry);
    }

    /// @param ready months after the current one that stand ready
    public void show(int ready, Census census) {
        seen = Optional.of(new Seen(ready, census));
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Seen> value) {
        Gauge.builder("tollgate.ingest.months." + name, this, meters -> meters.read(value))
                .description(description)
                .register(registry);
    }

    private double read(ToDoubleFunction<Seen> value) {
        return seen.map(value::applyAsDouble).orElse(Double.NaN);
    }
}
