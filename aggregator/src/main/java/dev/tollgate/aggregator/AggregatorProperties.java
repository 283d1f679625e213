package dev.tollgate.aggregator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings of the aggregator, prefix `tollgate.aggregator`.
///
/// @param startupWait how long to wait at the start for PostgreSQL, Kafka and their schema before giving up
@ConfigurationProperties("tollgate.aggregator")
public record AggregatorProperties(
        @DefaultValue Database database,
        @DefaultValue Kafka kafka,
        @DefaultValue Streams streams,
        @DefaultValue Sink sink,
        @DefaultValue Recompute recompute,
        @DefaultValue QueryProperties query,
        @DefaultValue Reconcile reconcile,
        @DefaultValue("60s") Duration startupWait) {

    public AggregatorProperties {
        positive("startup-wait", startupWait);
    }

    /// @param poolSizeMax connections of the recomputation and of the relay; the sink has one of its own
    public record Database(
            @DefaultValue("") String url,
            @DefaultValue("tollgate_aggregator") String user,
            @Nullable String password,
            @DefaultValue("4") int poolSizeMax) {
        public Database {
            if (!url.startsWith("jdbc:postgresql:")) {
                throw bad("database.url", "must start with jdbc:postgresql: but is '" + url + "'");
            }
            text("database.user", user);
            atLeast("database.pool-size-max", poolSizeMax, 2);
        }

        /// Without the password.
        @Override
        public String toString() {
            return "Database[url=" + url + ", user=" + user + ", poolSizeMax=" + poolSizeMax + "]";
        }
    }

    /// @param properties further settings of all Kafka clients (TLS, SASL), by Kafka's names
    public record Kafka(
            @DefaultValue("") String bootstrapServers,
            @DefaultValue Map<String, String> properties) {
        public Kafka {
            text("kafka.bootstrap-servers", bootstrapServers);
            properties = Map.copyOf(properties);
        }

        Map<String, Object> clientSettings() {
            Map<String, Object> settings = new HashMap<>(properties);
            settings.put("bootstrap.servers", bootstrapServers);
            return settings;
        }
    }

    /// @param applicationId names the group, the state and the internal topics
    /// @param emitInterval changed buckets are emitted and committed this often while records are fresh
    /// @param catchUpInterval the same while they are not
    /// @param workingHoursMax buckets that each of the 12 tasks keeps in memory
    /// @param properties further settings of Kafka Streams, by Kafka's names
    public record Streams(
            @DefaultValue("tollgate-aggregator") String applicationId,
            @DefaultValue("state/aggregator") Path stateDir,
            @DefaultValue("1") int threads,
            @DefaultValue("0") int standbyReplicas,
            @DefaultValue("200ms") Duration emitInterval,
            @DefaultValue("5s") Duration catchUpInterval,
            @DefaultValue("1024") int workingHoursMax,
            @DefaultValue Map<String, String> properties) {
        public Streams {
            text("streams.application-id", applicationId);
            atLeast("streams.threads", threads, 1);
            atLeast("streams.standby-replicas", standbyReplicas, 0);
            positive("streams.emit-interval", emitInterval);
            if (catchUpInterval.compareTo(emitInterval) < 0 || catchUpInterval.compareTo(CATCH_UP_INTERVAL_MAX) > 0) {
                throw bad(
                        "streams.catch-up-interval",
                        "must be streams.emit-interval to " + CATCH_UP_INTERVAL_MAX.toSeconds() + " s");
            }
            atLeast("streams.working-hours-max", workingHoursMax, 16);
            properties = Map.copyOf(properties);
        }
    }

    /// @param pollRecordsMax records of one poll, and so of one transaction
    public record Sink(@DefaultValue("2000") int pollRecordsMax) {
        public Sink {
            atLeast("sink.poll-records-max", pollRecordsMax, 1);
        }
    }

    /// @param interval how often to look for stale hours
    /// @param hoursPerTransactionMax stale hours of one transaction
    public record Recompute(
            @DefaultValue("500ms") Duration interval,
            @DefaultValue("500") int hoursPerTransactionMax) {
        public Recompute {
            positive("recompute.interval", interval);
            atLeast("recompute.hours-per-transaction-max", hoursPerTransactionMax, 1);
        }
    }

    /// @param interval how often to look
    /// @param hourGrace an hour is compared this long after its end
    /// @param lossGrace sequences that stay missing for so long are lost
    /// @param mendWithin a difference that lasts longer is red
    /// @param hoursPerTransactionMax hours compared in one transaction
    public record Reconcile(
            @DefaultValue("10s") Duration interval,
            @DefaultValue("5m") Duration hourGrace,
            @DefaultValue("10m") Duration lossGrace,
            @DefaultValue("5m") Duration mendWithin,
            @DefaultValue("500") int hoursPerTransactionMax,
            @DefaultValue("30s") Duration statementTimeout) {
        public Reconcile {
            positive("reconcile.interval", interval);
            positive("reconcile.hour-grace", hourGrace);
            positive("reconcile.loss-grace", lossGrace);
            positive("reconcile.mend-within", mendWithin);
            atLeast("reconcile.hours-per-transaction-max", hoursPerTransactionMax, 1);
            positive("reconcile.statement-timeout", statementTimeout);
        }
    }

    /// Shorter than a transaction may take.
    private static final Duration CATCH_UP_INTERVAL_MAX = Duration.ofSeconds(10);

    private static void text(String setting, String value) {
        if (value.isBlank()) {
            throw bad(setting, "must be set");
        }
    }

    private static void atLeast(String setting, int value, int min) {
        if (value < min) {
            throw bad(setting, "must be at least " + min + " but is " + value);
        }
    }

    private static void positive(String setting, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw bad(setting, "must be longer than 0 but is " + value);
        }
    }

    private static IllegalArgumentException bad(String setting, String reason) {
        return new IllegalArgumentException("tollgate.aggregator." + setting + " " + reason);
    }
}
