package dev.tollgate.ingest;

import dev.tollgate.ingest.IngestProperties.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/// The service's settings for commands that run beside it, from the same environment variables.
final class CommandSettings {

    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);
    private static final int POOL_SIZE_UNUSED = 2;
    private static final String KAFKA_PROPERTIES = "TOLLGATE_INGEST_KAFKA_PROPERTIES_";

    private CommandSettings() {}

    /// Throws `IllegalArgumentException` that names a variable that is missing.
    static PGSimpleDataSource dataSource(Map<String, String> environment) {
        return IngestDataSources.sessions(new Database(
                setting(environment, "TOLLGATE_INGEST_DATABASE_URL"),
                setting(environment, "TOLLGATE_INGEST_DATABASE_USER"),
                environment.getOrDefault("TOLLGATE_INGEST_DATABASE_PASSWORD", ""),
                POOL_SIZE_UNUSED,
                ANSWER_MAX));
    }

    /// Settings of a Kafka client; `…_KAFKA_PROPERTIES_SECURITY_PROTOCOL` is `security.protocol`.
    static Map<String, Object> kafka(Map<String, String> environment) {
        Map<String, Object> settings = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(KAFKA_PROPERTIES)) {
                String property = name.substring(KAFKA_PROPERTIES.length());
                settings.put(property.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        settings.put("bootstrap.servers", setting(environment, "TOLLGATE_INGEST_KAFKA_BOOTSTRAP_SERVERS"));
        return settings;
    }

    private static String setting(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the environment variable " + name + " is missing");
        }
        return value;
    }
}
