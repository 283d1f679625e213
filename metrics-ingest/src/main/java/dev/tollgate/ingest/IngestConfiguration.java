package dev.tollgate.ingest;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.ingest.batch.BatchProcessor;
import dev.tollgate.ingest.batch.DeadLetterQueue;
import dev.tollgate.ingest.batch.actuator.ConsumerHealth;
import dev.tollgate.ingest.batch.kafka.KafkaDeadLetters;
import dev.tollgate.ingest.batch.kafka.LogConsumers;
import dev.tollgate.ingest.batch.kafka.UsageTopic;
import dev.tollgate.ingest.batch.metrics.BatchMeters;
import dev.tollgate.ingest.intake.ClosedMonths;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeLimits;
import dev.tollgate.ingest.intake.Relay;
import dev.tollgate.ingest.intake.Voiding;
import dev.tollgate.ingest.intake.http.ContainerProblems;
import dev.tollgate.ingest.intake.http.EventsController;
import dev.tollgate.ingest.intake.http.IntakeBounds;
import dev.tollgate.ingest.intake.http.RequestMeters;
import dev.tollgate.ingest.intake.http.VoidsController;
import dev.tollgate.ingest.intake.kafka.KafkaEventPublisher;
import dev.tollgate.ingest.intake.metrics.IntakeMeters;
import dev.tollgate.ingest.intake.postgres.PostgresClosedMonths;
import dev.tollgate.ingest.intake.postgres.PostgresIntakeLedger;
import dev.tollgate.ingest.intake.postgres.PostgresOutbox;
import dev.tollgate.ingest.intake.postgres.PostgresVoidLedger;
import dev.tollgate.ingest.partition.MonthCensus;
import dev.tollgate.ingest.partition.MonthKeeper;
import dev.tollgate.ingest.partition.MonthRetention;
import dev.tollgate.ingest.partition.actuator.MonthHealth;
import dev.tollgate.ingest.partition.file.MonthFiles;
import dev.tollgate.ingest.partition.metrics.MonthMeters;
import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import dev.tollgate.ingest.partition.postgres.PostgresRawMonths;
import dev.tollgate.ingest.store.postgres.PostgresEventStore;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.access.key.postgres.PostgresTenantKeys;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.access.web.OpenApi;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Problems;
import dev.tollgate.schema.access.web.TenantAccess;
import dev.tollgate.schema.contract.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The map of the service: topic → processors → raw table; HTTP → intake → outbox → relay → topic; months ahead of all.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestProperties.class)
class IngestConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(IngestConfiguration.class);
    private static final Duration MONTHS_INTERVAL = Duration.ofHours(1);
    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(10);
    private static final Duration CENSUS_INTERVAL = Duration.ofMinutes(1);

    @Bean
    StrikePoints strikePoints() {
        return StrikePoints.fromEnvironment(System.getenv());
    }

    @Bean
    HikariDataSource pool(IngestProperties properties) throws SQLException {
        return IngestDataSources.pool(properties.database());
    }

    @Bean
    Admin admin(IngestProperties properties) {
        return Admin.create(IngestKafka.clients(properties));
    }

    @Bean
    UsageTopic usageTopic(Admin admin) {
        UsageTopic topic = new UsageTopic(admin);
        topic.requirePartitions();
        return topic;
    }

    @Bean
    Producer<byte[], byte[]> producer(IngestProperties properties) {
        return new KafkaProducer<>(IngestKafka.producer(properties));
    }

    @Bean
    BackgroundTasks backgroundTasks() {
        return new BackgroundTasks();
    }

    @Bean
    MonthKeeper monthKeeper(
            IngestProperties properties, HikariDataSource pool, StrikePoints strikePoints, BackgroundTasks tasks) {
        MonthKeeper keeper =
                new MonthKeeper(new PostgresMonths(pool), properties.monthsAhead(), InstantSource.system());
        tasks.every("make raw partitions ahead of time", MONTHS_INTERVAL, keeper::keep);
        properties.retention().folder().ifPresent(folder -> {
            MonthRetention retention = new MonthRetention(
                    new PostgresMonths(pool),
                    new PostgresRawMonths(IngestDataSources.patientSessions(properties.database())),
                    new MonthFiles(folder, strikePoints),
                    strikePoints,
                    properties.retention().monthsKept(),
                    InstantSource.system());
            tasks.every("retire raw months", RETENTION_INTERVAL, retention::run);
        });
        return keeper;
    }

    @Bean
    MonthMeters monthMeters(
            IngestProperties properties,
            HikariDataSource pool,
            MonthKeeper keeper,
            MeterRegistry registry,
            BackgroundTasks tasks) {
        MonthMeters meters = new MonthMeters(registry);
        MonthCensus census = new MonthCensus(
                new PostgresMonths(pool),
                new PostgresRawMonths(pool),
                properties.retention().monthsKept(),
                InstantSource.system());
        tasks.every("look at the raw months", CENSUS_INTERVAL, () -> meters.show(keeper.monthsReady(), census.take()));
        return meters;
    }

    @Bean
    LogConsumers logConsumers(
            IngestProperties properties,
            UsageTopic topic,
            Producer<byte[], byte[]> producer,
            StrikePoints strikePoints,
            MeterRegistry registry,
            HikariDataSource checkedSchema,
            BackgroundTasks tasks) {
        PGSimpleDataSource sessions = IngestDataSources.sessions(properties.database());
        DeadLetterQueue deadLetters = new KafkaDeadLetters(producer);
        return new LogConsumers(
                new DefaultKafkaConsumerFactory<>(IngestKafka.consumer(properties)),
                new LogConsumers.Behaviour(
                        properties.consumers(),
                        properties.groupId(),
                        properties.retry().pauseFirst(),
                        properties.retry().pauseMax()),
                () -> new BatchProcessor(
                        new PostgresEventStore(Topics.USAGE_REQUESTS, sessions, strikePoints), deadLetters, topic),
                new BatchMeters(registry),
                tasks.executor());
    }

    @Bean(destroyMethod = "")
    Relay relay(
            IngestProperties properties,
            Producer<byte[], byte[]> producer,
            StrikePoints strikePoints,
            HikariDataSource checkedSchema,
            UsageTopic checkedTopic,
            BackgroundTasks tasks) {
        Relay relay = new Relay(
                new PostgresOutbox(IngestDataSources.sessions(properties.database())),
                new KafkaEventPublisher(producer),
                strikePoints,
                properties.relay().heartbeat(),
                System::nanoTime);
        tasks.every(
                "relay accepted events",
                properties.relay().interval(),
                () -> LOG.debug("Relayed {} events", relay.drain()));
        tasks.closeAfterwards(relay::close);
        return relay;
    }

    @Bean
    IntakeLimits intakeLimits(IngestProperties properties) {
        return new IntakeLimits(
                properties.intake().ageMax(), properties.intake().futureMax());
    }

    @Bean
    ClosedMonths closedMonths(HikariDataSource pool) {
        return new PostgresClosedMonths(pool);
    }

    @Bean
    Voiding voiding(HikariDataSource pool, ClosedMonths closedMonths, IntakeLimits limits) {
        return new Voiding(new PostgresVoidLedger(pool), closedMonths, limits, InstantSource.system());
    }

    @Bean
    Intake intake(HikariDataSource pool, ClosedMonths closedMonths, IntakeLimits limits) {
        return new Intake(new PostgresIntakeLedger(pool), closedMonths, limits, InstantSource.system());
    }

    @Bean
    IntakeMeters intakeMeters(MeterRegistry registry) {
        return new IntakeMeters(registry);
    }

    @Bean
    EventsController eventsController(
            IngestProperties properties, HikariDataSource pool, Intake intake, Voiding voiding, IntakeMeters meters) {
        IngestProperties.Intake settings = properties.intake();
        return new EventsController(
                new TenantAccess(new PostgresTenantKeys(pool)),
                intake,
                voiding,
                new IntakeBounds(
                        settings.bodyBytesMax(),
                        settings.bodyTimeMax(),
                        settings.requestsMax(),
                        settings.requestsPerTenantMax()),
                meters,
                System::nanoTime);
    }

    @Bean
    WebMvcConfigurer requestMeters(IntakeMeters meters) {
        return new RequestMeters(meters);
    }

    @Bean
    VoidsController voidsController(HikariDataSource pool, Voiding voiding) {
        return new VoidsController(new OperatorAccess(new PostgresOperatorKeys(pool)), voiding);
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    @Bean
    ContainerProblems containerProblems() {
        return new ContainerProblems();
    }

    @Bean
    OpenApi openApi() {
        return new OpenApi("/openapi/intake.yaml");
    }

    @Bean
    MonthHealth monthsHealthIndicator(MonthKeeper keeper) {
        return new MonthHealth(keeper);
    }

    @Bean
    ConsumerHealth consumersHealthIndicator(LogConsumers consumers) {
        return new ConsumerHealth(consumers::areWorking, consumers::readAll);
    }
}
