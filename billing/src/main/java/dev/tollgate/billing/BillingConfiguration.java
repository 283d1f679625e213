package dev.tollgate.billing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.invoice.http.InvoicesController;
import dev.tollgate.billing.invoice.kafka.KafkaBillingEventPublisher;
import dev.tollgate.billing.invoice.postgres.OutboxRelay;
import dev.tollgate.billing.invoice.postgres.PostgresInvoices;
import dev.tollgate.billing.invoice.postgres.PostgresUpcoming;
import dev.tollgate.billing.loop.BackgroundLoop;
import dev.tollgate.billing.run.http.RunsController;
import dev.tollgate.billing.run.postgres.ClosingTransaction;
import dev.tollgate.billing.run.postgres.ClosingWorker;
import dev.tollgate.billing.run.postgres.PostgresRuns;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.access.web.OpenApi;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Problems;
import dev.tollgate.schema.database.SchemaGuard;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The map of the service: requests start runs; workers close tenants in transactions; a relay tells others.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BillingProperties.class)
class BillingConfiguration {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    StrikePoints strikePoints() {
        return StrikePoints.fromEnvironment(System.getenv());
    }

    @Bean(destroyMethod = "close")
    HikariDataSource database(BillingProperties properties) throws SQLException {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("billing");
        pool.setJdbcUrl(properties.database().url());
        pool.setUsername(properties.database().user());
        pool.setPassword(properties.database().password());
        pool.setMaximumPoolSize(properties.database().poolSizeMax());
        pool.setMinimumIdle(1);
        pool.addDataSourceProperty("ApplicationName", "tollgate-billing");
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        HikariDataSource database = new HikariDataSource(pool);
        try {
            SchemaGuard.requireCurrent(database);
            return database;
        } catch (SQLException | RuntimeException refused) {
            database.close();
            throw refused;
        }
    }

    @Bean
    PostgresRuns runs(DataSource database) {
        return new PostgresRuns(database);
    }

    @Bean
    BackgroundLoops closingWorkers(
            DataSource database, BillingProperties properties, InstantSource clock, StrikePoints strikes) {
        BillingProperties.Run settings = properties.run();
        ClosingTransaction closing = new ClosingTransaction(
                database, properties.invoice().paymentDays(), clock, new SecureRandom(), strikes);
        return new BackgroundLoops(IntStream.rangeClosed(1, settings.workers())
                .mapToObj(n -> new BackgroundLoop(
                        "closing-" + n,
                        settings.interval(),
                        new ClosingWorker(database, closing, settings.batchSizeMax(), clock)))
                .toList());
    }

    @Bean(destroyMethod = "close")
    KafkaBillingEventPublisher billingEvents(BillingProperties properties) {
        BillingProperties.Kafka kafka = properties.kafka();
        return new KafkaBillingEventPublisher(kafka.bootstrapServers(), kafka.properties());
    }

    @Bean
    BackgroundLoops outboxRelay(
            DataSource database,
            KafkaBillingEventPublisher billingEvents,
            BillingProperties properties,
            StrikePoints strikes) {
        return new BackgroundLoops(List.of(new BackgroundLoop(
                "outbox-relay", properties.relay().interval(), new OutboxRelay(database, billingEvents, strikes))));
    }

    @Bean
    OperatorAccess operatorAccess(DataSource database) {
        return new OperatorAccess(new PostgresOperatorKeys(database));
    }

    @Bean
    RunsController runsController(
            OperatorAccess access, PostgresRuns runs, BackgroundLoops closingWorkers, InstantSource clock) {
        return new RunsController(access, runs, closingWorkers::wake, clock);
    }

    @Bean
    InvoicesController invoicesController(OperatorAccess access, DataSource database, InstantSource clock) {
        return new InvoicesController(access, new PostgresInvoices(database), new PostgresUpcoming(database), clock);
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    @Bean
    OpenApi openApi() {
        return new OpenApi("/openapi/billing.yaml");
    }
}
