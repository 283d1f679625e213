package dev.tollgate.aggregator;

import dev.tollgate.aggregator.topology.kafka.LogTopics;
import dev.tollgate.schema.access.generation.TopicGenerations;
import dev.tollgate.schema.database.SchemaGuard;
import dev.tollgate.schema.database.SchemaOutdatedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until PostgreSQL has the schema and Kafka the topics that this version needs.
final class StartupCheck {

    private static final Logger LOG = LoggerFactory.getLogger(StartupCheck.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final DataSource dataSource;
    private final Map<String, Object> clientSettings;
    private final LongSupplier nanoTime;

    StartupCheck(DataSource dataSource, Map<String, Object> clientSettings, LongSupplier nanoTime) {
        this.dataSource = dataSource;
        this.clientSettings = Map.copyOf(clientSettings);
        this.nanoTime = nanoTime;
    }

    /// The service refuses to run.
    static final class RefusedException extends RuntimeException {
        RefusedException(String reason) {
            super(reason);
        }
    }

    /// The topics as they are now.
    ///
    /// @param topicIds the id of each topic, as text
    /// @param generations the generation of each topic
    record Log(Map<String, String> topicIds, Map<String, Integer> generations) {}

    /// One look's outcome.
    private sealed interface Look {
        record Good(Log log) implements Look {}

        record NotYet(String reason) implements Look {}
    }

    /// The topics; throws `RefusedException` when something is wrong for good, or still missing
    /// after `wait`.
    Log await(Duration wait) throws InterruptedException {
        long deadlineNanos = nanoTime.getAsLong() + wait.toNanos();
        String lastReason = "";
        try (Admin admin = Admin.create(clientSettings)) {
            while (true) {
                switch (look(admin)) {
                    case Look.Good(var log) -> {
                        return log;
                    }
                    case Look.NotYet(var reason) -> {
                        if (nanoTime.getAsLong() - deadlineNanos > 0) {
                            throw new RefusedException("not within " + wait.toSeconds() + " s: " + reason);
                        }
                        if (!reason.equals(lastReason)) {
                            LOG.info("waiting: {}", reason);
                            lastReason = reason;
                        }
                        Thread.sleep(PAUSE);
                    }
                }
            }
        }
    }

    private Look look(Admin admin) {
        return switch (LogTopics.look(admin)) {
            case LogTopics.Found.Wrong(var reason) -> throw new RefusedException(reason);
            case LogTopics.Found.NotYet(var reason) -> new Look.NotYet(reason);
            case LogTopics.Found.Ready(var topicIds) -> lookAtDatabase(topicIds);
        };
    }

    private Look lookAtDatabase(Map<String, String> topicIds) {
        try {
            SchemaGuard.requireCurrent(dataSource);
        } catch (SchemaOutdatedException | SQLException e) {
            return new Look.NotYet(String.valueOf(e.getMessage()));
        }
        Map<String, Integer> generations = new HashMap<>();
        try (Connection connection = dataSource.getConnection()) {
            for (Map.Entry<String, String> topic : topicIds.entrySet()) {
                generations.put(topic.getKey(), TopicGenerations.resolve(connection, topic.getKey(), topic.getValue()));
            }
        } catch (SQLException e) {
            return new Look.NotYet(String.valueOf(e.getMessage()));
        }
        return new Look.Good(new Log(topicIds, generations));
    }
}
