package dev.tollgate.aggregator;

import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import dev.tollgate.aggregator.reconcile.kafka.KafkaBucketPublisher;
import dev.tollgate.aggregator.reconcile.kafka.KafkaLogWatch;
import dev.tollgate.aggregator.reconcile.postgres.HourlyOutbox;
import dev.tollgate.aggregator.reconcile.postgres.Reconciler;
import dev.tollgate.aggregator.reconcile.postgres.StaleHourRecompute;
import dev.tollgate.aggregator.sink.kafka.Sink;
import dev.tollgate.aggregator.sink.postgres.PostgresSinkStore;
import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.aggregator.topology.kafka.AggregatorTopology;
import dev.tollgate.aggregator.topology.kafka.FoldStreams;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.Topics;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts and stops what needs Kafka and PostgreSQL: streams, sink, recomputation, relay. The start happens on a thread
/// of its own, so that health is served while the servers are still awaited.
///
/// Safe for use by several threads; `parts` is guarded by this object's lock.
final class AggregatorRuntime implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(AggregatorRuntime.class);

    private final AggregatorProperties properties;
    private final DataSource pool;
    private final StaleHourRecompute recompute;
    private final ReconcileStatus reconcileStatus;
    private final FoldCounters counters;
    private final StrikePoints strikePoints;
    private final Runnable onGivenUp;
    private volatile @Nullable Parts parts;
    private volatile @Nullable Thread starter;

    private record Parts(
            FoldStreams streams,
            Sink sink,
            JobLoop recompute,
            JobLoop relay,
            KafkaBucketPublisher publisher,
            JobLoop reconcile,
            KafkaLogWatch watch) {

        /// In the order of the data, so that what one part still hands over the next one takes.
        void close() {
            reconcile.close();
            watch.close();
            streams.close();
            sink.close();
            recompute.close();
            relay.close();
            publisher.close();
        }
    }

    /// What people and probes see.
    record Status(boolean ready, String streams, String sink) {}

    /// @param onGivenUp called once the service cannot go on
    AggregatorRuntime(
            AggregatorProperties properties,
            DataSource pool,
            StaleHourRecompute recompute,
            ReconcileStatus reconcileStatus,
            FoldCounters counters,
            StrikePoints strikePoints,
            Runnable onGivenUp) {
        this.properties = properties;
        this.pool = pool;
        this.recompute = recompute;
        this.reconcileStatus = reconcileStatus;
        this.counters = counters;
        this.strikePoints = strikePoints;
        this.onGivenUp = onGivenUp;
    }

    @Override
    public void start() {
        starter = Thread.ofPlatform().name("aggregator-start").start(this::startWhenPossible);
    }

    private void startWhenPossible() {
        try {
            Map<String, Object> clients = properties.kafka().clientSettings();
            startParts(clients, new StartupCheck(pool, clients, System::nanoTime).await(properties.startupWait()));
        } catch (InterruptedException e) {
            LOG.info("stopped while starting");
        } catch (RuntimeException e) {
            LOG.error("the aggregator cannot start", e);
            onGivenUp.run();
        }
    }

    private synchronized void startParts(Map<String, Object> clients, StartupCheck.Log log) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        FoldStreams streams = streams(clients, log);
        DataSource unpooled = Databases.unpooled(properties.database(), "tollgate-aggregator-sink");
        Sink sink = new Sink(
                clients,
                properties.streams().applicationId() + "-sink",
                InstanceId.in(properties.streams().stateDir()),
                properties.sink().pollRecordsMax(),
                () -> new PostgresSinkStore(unpooled, strikePoints),
                log.generations());
        KafkaBucketPublisher publisher = new KafkaBucketPublisher(clients);
        HourlyOutbox outbox = new HourlyOutbox(pool, publisher);
        sink.start();
        streams.start();
        KafkaLogWatch watch = new KafkaLogWatch(
                clients,
                properties.streams().applicationId(),
                generation(log, Topics.USAGE_REQUESTS),
                InstantSource.system());
        var interval = properties.recompute().interval();
        parts = new Parts(
                streams,
                sink,
                new JobLoop("recompute", interval, recompute::pass),
                new JobLoop("relay", interval, outbox::relay),
                publisher,
                new JobLoop("reconcile", properties.reconcile().interval(), reconciler(watch, log)::pass),
                watch);
    }

    private Reconciler reconciler(KafkaLogWatch watch, StartupCheck.Log log) {
        AggregatorProperties.Reconcile settings = properties.reconcile();
        return new Reconciler(
                pool,
                watch,
                new Reconciler.Generations(
                        generation(log, Topics.USAGE_HOURLY), generation(log, Topics.USAGE_HOURLY_STALE)),
                new Reconciler.Settings(
                        settings.hourGrace(),
                        settings.lossGrace(),
                        settings.mendWithin(),
                        settings.hoursPerTransactionMax(),
                        settings.statementTimeout()),
                InstantSource.system(),
                reconcileStatus);
    }

    private static int generation(StartupCheck.Log log, String topic) {
        return Objects.requireNonNull(log.generations().get(topic));
    }

    /// The local state is that of one log: a log made anew has another id and so another folder.
    private FoldStreams streams(Map<String, Object> clients, StartupCheck.Log log) {
        AggregatorProperties.Streams settings = properties.streams();
        int generation = generation(log, Topics.USAGE_REQUESTS);
        String topicId = Objects.requireNonNull(log.topicIds().get(Topics.USAGE_REQUESTS));
        return new FoldStreams(
                AggregatorTopology.build(
                        generation, settings.workingHoursMax(), settings.emitInterval(), counters, strikePoints),
                clients,
                new FoldStreams.Settings(
                        settings.applicationId(),
                        InstanceId.in(settings.stateDir()),
                        settings.stateDir().resolve(topicId),
                        settings.threads(),
                        settings.standbyReplicas(),
                        settings.catchUpInterval(),
                        settings.properties()),
                System::nanoTime,
                onGivenUp);
    }

    @Override
    public void stop() {
        Thread starting = starter;
        if (starting != null) {
            starting.interrupt();
        }
        synchronized (this) {
            Parts running = parts;
            parts = null;
            starter = null;
            if (running != null) {
                running.close();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return starter != null;
    }

    Status status() {
        Parts running = parts;
        if (running == null) {
            return new Status(false, "waiting for PostgreSQL and Kafka", "waiting");
        }
        boolean assigned = running.sink.isAssigned();
        return new Status(
                running.streams.isRunning() && assigned, running.streams.state(), assigned ? "assigned" : "joining");
    }

    long foldLag() {
        return of(running -> running.streams.lag());
    }

    long sinkLag() {
        return of(running -> running.sink.lag());
    }

    long sinkUnreadable() {
        return of(running -> running.sink.unreadable());
    }

    private long of(Function<Parts, Long> number) {
        Parts running = parts;
        return running == null ? 0 : number.apply(running);
    }
}
