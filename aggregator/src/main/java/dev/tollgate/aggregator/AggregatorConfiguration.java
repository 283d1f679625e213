package dev.tollgate.aggregator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import dev.tollgate.aggregator.reconcile.actuator.ReconcileHealth;
import dev.tollgate.aggregator.reconcile.metrics.ReconcileMeters;
import dev.tollgate.aggregator.reconcile.postgres.StaleHourRecompute;
import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.schema.access.strike.StrikePoints;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The aggregator's map: what there is and what it is made of. The parts that need Kafka and PostgreSQL start in
/// `AggregatorRuntime`, once both answer.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AggregatorProperties.class)
@Import({HttpConfiguration.class, QueryConfiguration.class})
class AggregatorConfiguration {

    private static final long CONNECTION_WAIT_MS_MAX = 5_000;

    @Bean
    StrikePoints strikePoints() {
        return StrikePoints.fromEnvironment(System.getenv());
    }

    @Bean
    FoldCounters foldCounters() {
        return new FoldCounters();
    }

    @Bean
    HikariDataSource dataSource(AggregatorProperties properties) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.unpooled(properties.database(), "tollgate-aggregator"));
        config.setMaximumPoolSize(properties.database().poolSizeMax());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECTION_WAIT_MS_MAX);
        config.setInitializationFailTimeout(-1);
        config.setPoolName("aggregator");
        return new HikariDataSource(config);
    }

    @Bean
    StaleHourRecompute staleHourRecompute(
            HikariDataSource dataSource, StrikePoints strikePoints, AggregatorProperties properties) {
        return new StaleHourRecompute(
                dataSource, strikePoints, properties.recompute().hoursPerTransactionMax());
    }

    @Bean
    ReconcileStatus reconcileStatus() {
        return new ReconcileStatus();
    }

    @Bean
    HealthIndicator reconciliationHealthIndicator(ReconcileStatus status) {
        return new ReconcileHealth(status);
    }

    @Bean
    MeterBinder reconcileMeters(ReconcileStatus status) {
        return new ReconcileMeters(status);
    }

    @Bean
    AggregatorRuntime aggregatorRuntime(
            AggregatorProperties properties,
            HikariDataSource dataSource,
            StaleHourRecompute recompute,
            ReconcileStatus reconcileStatus,
            FoldCounters counters,
            StrikePoints strikePoints) {
        return new AggregatorRuntime(
                properties,
                dataSource,
                recompute,
                reconcileStatus,
                counters,
                strikePoints,
                AggregatorConfiguration::endProcess);
    }

    @Bean
    HealthIndicator aggregatorHealthIndicator(AggregatorRuntime runtime) {
        return new AggregatorHealth(runtime);
    }

    @Bean
    MeterBinder aggregatorMeters(AggregatorRuntime runtime, StaleHourRecompute recompute, FoldCounters counters) {
        return registry -> {
            Gauge.builder("tollgate.aggregator.lag", runtime, AggregatorRuntime::foldLag)
                    .tag("stage", "fold")
                    .description("Records that wait to be folded")
                    .register(registry);
            Gauge.builder("tollgate.aggregator.lag", runtime, AggregatorRuntime::sinkLag)
                    .tag("stage", "sink")
                    .description("Records that wait to be stored")
                    .register(registry);
            Gauge.builder("tollgate.aggregator.stale.hours", recompute, StaleHourRecompute::waiting)
                    .description("Stale hours that wait for ingest")
                    .register(registry);
            FunctionCounter.builder("tollgate.aggregator.recomputed.hours", recompute, StaleHourRecompute::recomputed)
                    .register(registry);
            FunctionCounter.builder("tollgate.aggregator.sink.unreadable", runtime, AggregatorRuntime::sinkUnreadable)
                    .register(registry);
            results(counters)
                    .forEach((result, count) -> FunctionCounter.builder(
                                    "tollgate.aggregator.records", count, LongAdder::sum)
                            .tag("result", result)
                            .register(registry));
            FunctionCounter.builder("tollgate.aggregator.emitted.buckets", counters.emitted, LongAdder::sum)
                    .register(registry);
        };
    }

    private static Map<String, LongAdder> results(FoldCounters counters) {
        return Map.of(
                "folded", counters.folded,
                "repeated", counters.repeated,
                "invalid", counters.invalid,
                "overflowed", counters.overflowed,
                "stale", counters.stale);
    }

    /// Ends the process so that whoever started it starts it anew. On a thread of its own: the exit waits for the
    /// threads that may be asking for it.
    private static void endProcess() {
        Thread.ofPlatform().name("aggregator-end").start(() -> System.exit(1));
    }
}
