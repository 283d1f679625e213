package dev.tollgate.billing;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings of billing, checked at start.
@ConfigurationProperties("tollgate.billing")
public record BillingProperties(
        @DefaultValue Database database,
        @DefaultValue Kafka kafka,
        @DefaultValue Run run,
        @DefaultValue Invoice invoice,
        @DefaultValue Relay relay) {

    /// Connections besides those of the workers: the relay, and some for requests.
    private static final int CONNECTIONS_BESIDE_WORKERS = 4;

    public BillingProperties {
        int least = Run.CONNECTIONS_PER_WORKER * run.workers() + CONNECTIONS_BESIDE_WORKERS;
        if (database.poolSizeMax() < least) {
            throw new IllegalArgumentException("setting tollgate.billing.database.pool-size-max must be " + least
                    + " or more for " + run.workers() + " workers but is " + database.poolSizeMax());
        }
    }

    public record Database(
            @DefaultValue("") String url,
            @DefaultValue("") String user,
            @DefaultValue("") String password,
            @DefaultValue("10") int poolSizeMax) {

        public Database {
            present("database.url", url);
            present("database.user", user);
            between("database.pool-size-max", poolSizeMax, 1, 200);
        }
    }

    /// @param properties further settings of the producer, by Kafka's own names
    public record Kafka(
            @DefaultValue("") String bootstrapServers,
            @DefaultValue Map<String, String> properties) {

        public Kafka {
            present("kafka.bootstrap-servers", bootstrapServers);
        }
    }

    /// @param workers threads that close tenants
    /// @param batchSizeMax the most tenants of one transaction
    /// @param interval between looks for runs that another instance started or left behind
    public record Run(
            @DefaultValue("2") int workers,
            @DefaultValue("500") int batchSizeMax,
            @DefaultValue("1s") Duration interval) {

        static final int CONNECTIONS_PER_WORKER = 2;

        public Run {
            between("run.workers", workers, 1, 32);
            between("run.batch-size-max", batchSizeMax, 1, 500);
            positive("run.interval", interval);
        }
    }

    /// @param paymentDays from issue to the due day
    public record Invoice(@DefaultValue("14") int paymentDays) {
        public Invoice {
            between("invoice.payment-days", paymentDays, 0, 365);
        }
    }

    /// @param interval between looks at an empty outbox
    public record Relay(@DefaultValue("500ms") Duration interval) {
        public Relay {
            positive("relay.interval", interval);
        }
    }

    private static void present(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("setting tollgate.billing." + name + " is missing");
        }
    }

    private static void between(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "setting tollgate.billing." + name + " must be " + min + " to " + max + " but is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "setting tollgate.billing." + name + " must be longer than nothing but is " + value);
        }
    }
}
