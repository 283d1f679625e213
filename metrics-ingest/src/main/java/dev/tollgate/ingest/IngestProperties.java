package dev.tollgate.ingest;

import dev.tollgate.ingest.partition.MonthKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings of metrics-ingest, checked at start.
///
/// @param consumers threads that read the topic, each with a database session of its own
/// @param groupId Kafka's consumer group
/// @param instance a name that no other instance has and that survives a restart: Kafka then gives a restarted
///     instance its partitions back at once; without it they wait for the session to time out
/// @param batchSizeMax the most records of one transaction
/// @param monthsAhead raw partitions that stand ready after the current month
/// @param retention when raw months leave the database
/// @param retry pauses between attempts while PostgreSQL or the dead letter topic is away
/// @param relay how accepted events of other producers reach the topic
/// @param intake what `POST /v1/events` takes
@ConfigurationProperties("tollgate.ingest")
public record IngestProperties(
        Database database,
        Kafka kafka,
        @DefaultValue("2") int consumers,
        @DefaultValue("tollgate-ingest") String groupId,
        @Nullable String instance,
        @DefaultValue("5000") int batchSizeMax,
        @DefaultValue("3") int monthsAhead,
        @DefaultValue Retention retention,
        @DefaultValue Retry retry,
        @DefaultValue Relay relay,
        @DefaultValue Intake intake) {

    public IngestProperties {
        between("consumers", consumers, 1, 12);
        between("batch-size-max", batchSizeMax, 1, 20_000);
        between("months-ahead", monthsAhead, MonthKeeper.MONTHS_AHEAD_MIN, 24);
        present("group-id", groupId);
    }

    /// @param answerMax how long a statement may take before the session is given up; also keeps a consumer within
    ///     its poll interval
    public record Database(
            String url,
            String user,
            @DefaultValue("") String password,
            @DefaultValue("4") int poolSizeMax,
            @DefaultValue("60s") Duration answerMax) {

        public Database {
            present("database.url", url);
            present("database.user", user);
            between("database.pool-size-max", poolSizeMax, 2, 64);
            positive("database.answer-max", answerMax);
        }
    }

    /// @param properties further settings of all Kafka clients, by Kafka's own names
    public record Kafka(
            String bootstrapServers, @DefaultValue Map<String, String> properties) {

        public Kafka {
            present("kafka.bootstrap-servers", bootstrapServers);
        }
    }

    /// Off unless somebody says where exported months shall lie: only they know what outlasts the database's disk.
    ///
    /// @param monthsKept whole months before the current one that stay in the database; 0 keeps all. More than the
    ///     intake's age limit reaches back, so that nothing it accepts can belong to a dropped month
    /// @param directory where older months are exported to before they are dropped
    public record Retention(
            @DefaultValue("0") int monthsKept, @Nullable String directory) {

        private static final int MONTHS_KEPT_MIN = 14;

        public Retention {
            if (monthsKept != 0) {
                between("retention.months-kept", monthsKept, MONTHS_KEPT_MIN, 1_200);
                present("retention.directory", directory);
            }
        }

        /// Empty when retention is off.
        Optional<Path> folder() {
            return monthsKept == 0
                    ? Optional.empty()
                    : Optional.ofNullable(directory).map(Path::of);
        }
    }

    public record Retry(
            @DefaultValue("100ms") Duration pauseFirst,
            @DefaultValue("5s") Duration pauseMax) {

        public Retry {
            positive("retry.pause-first", pauseFirst);
            positive("retry.pause-max", pauseMax);
        }
    }

    /// @param interval between looks at an empty outbox
    /// @param heartbeat between signs of life of the outbox's sources
    public record Relay(
            @DefaultValue("100ms") Duration interval,
            @DefaultValue("5s") Duration heartbeat) {

        public Relay {
            positive("relay.interval", interval);
            positive("relay.heartbeat", heartbeat);
        }
    }

    /// @param ageMax how far back an event may lie
    /// @param futureMax how far ahead of this host's clock
    /// @param bodyBytesMax of one request
    /// @param bodyTimeMax how long a body may take to arrive
    /// @param requestsMax requests at work at a time; with `bodyBytesMax` it bounds the heap
    /// @param requestsPerTenantMax requests of one tenant at work at a time
    public record Intake(
            @DefaultValue("400d") Duration ageMax,
            @DefaultValue("5m") Duration futureMax,
            @DefaultValue("1000000") int bodyBytesMax,
            @DefaultValue("10s") Duration bodyTimeMax,
            @DefaultValue("16") int requestsMax,
            @DefaultValue("8") int requestsPerTenantMax) {

        public Intake {
            positive("intake.age-max", ageMax);
            positive("intake.future-max", futureMax);
            between("intake.body-bytes-max", bodyBytesMax, 1_024, 64 * 1_024 * 1_024);
            positive("intake.body-time-max", bodyTimeMax);
            between("intake.requests-max", requestsMax, 1, 1_000);
            between("intake.requests-per-tenant-max", requestsPerTenantMax, 1, 1_000);
        }
    }

    private static void present(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("setting tollgate.ingest." + name + " is missing");
        }
    }

    private static void between(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "setting tollgate.ingest." + name + " must be " + min + " to " + max + " but is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "setting tollgate.ingest." + name + " must be longer than nothing but is " + value);
        }
    }
}
