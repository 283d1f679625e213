package dev.tollgate.schema.database;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings of the command `migrate`. Every complaint names the environment variable.
///
/// @param kafka absent when topics are not to be provisioned
record MigrateSettings(MigrateOptions database, @Nullable Kafka kafka) {

    static final String URL = "TOLLGATE_MIGRATE_URL";
    static final String USER = "TOLLGATE_MIGRATE_USER";
    static final String PASSWORD = "TOLLGATE_MIGRATE_PASSWORD";
    static final String TENANT_CONTEXT_KEY = "TOLLGATE_TENANT_CONTEXT_KEY";
    static final String ROLE_PASSWORD_PREFIX = "TOLLGATE_ROLE_PASSWORD_";
    static final String KAFKA = "TOLLGATE_MIGRATE_KAFKA";
    static final String KAFKA_REPLICATION = "TOLLGATE_MIGRATE_KAFKA_REPLICATION";
    static final String KAFKA_PROPERTIES_PREFIX = "TOLLGATE_MIGRATE_KAFKA_PROPERTIES_";

    /// Where the topics are provisioned.
    ///
    /// @param properties further client properties (TLS, SASL), by Kafka's names
    record Kafka(String bootstrapServers, Map<String, String> properties, short replicationFactor) {}

    /// @throws IllegalArgumentException naming the variable that is missing or wrong
    static MigrateSettings fromEnvironment(Map<String, String> environment, InstantSource clock) {
        String url = required(environment, URL);
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(URL + " must start with jdbc:postgresql:");
        }
        MigrateOptions database = new MigrateOptions(
                url,
                required(environment, USER),
                environment.get(PASSWORD),
                tenantContextKey(required(environment, TENANT_CONTEXT_KEY)),
                rolePasswords(environment),
                clock);
        return new MigrateSettings(database, kafka(environment));
    }

    private static byte[] tenantContextKey(String hex) {
        byte[] key;
        try {
            key = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException notHex) {
            // The cause would quote a part of the secret.
            throw new IllegalArgumentException(TENANT_CONTEXT_KEY + " is not hexadecimal");
        }
        if (key.length < MigrateOptions.TENANT_CONTEXT_KEY_BYTES_MIN) {
            throw new IllegalArgumentException(TENANT_CONTEXT_KEY + " has " + key.length + " bytes; it needs at least "
                    + MigrateOptions.TENANT_CONTEXT_KEY_BYTES_MIN);
        }
        return key;
    }

    private static Map<String, String> rolePasswords(Map<String, String> environment) {
        Map<String, String> passwords = new HashMap<>();
        for (String variable : environment.keySet()) {
            if (!variable.startsWith(ROLE_PASSWORD_PREFIX)) {
                continue;
            }
            String suffix = variable.substring(ROLE_PASSWORD_PREFIX.length());
            String role = "tollgate_" + suffix.toLowerCase(Locale.ROOT);
            if (!LoginRole.isName(role)) {
                throw new IllegalArgumentException(variable + ": no login role is named " + role);
            }
            passwords.put(role, required(environment, variable));
        }
        return passwords;
    }

    private static @Nullable Kafka kafka(Map<String, String> environment) {
        String bootstrapServers = environment.get(KAFKA);
        if (bootstrapServers == null || bootstrapServers.isBlank()) {
            return null;
        }
        Map<String, String> properties = new HashMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(KAFKA_PROPERTIES_PREFIX)) {
                String name = variable.substring(KAFKA_PROPERTIES_PREFIX.length());
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return new Kafka(bootstrapServers, properties, replicationFactor(environment));
    }

    private static short replicationFactor(Map<String, String> environment) {
        String text = environment.getOrDefault(KAFKA_REPLICATION, "1");
        try {
            short factor = Short.parseShort(text);
            if (factor >= 1) {
                return factor;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, as a number out of range is.
        }
        throw new IllegalArgumentException(KAFKA_REPLICATION + " must be a number of brokers, 1 or more, not " + text);
    }

    private static String required(Map<String, String> environment, String variable) {
        String value = environment.get(variable);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(variable + " is not set");
        }
        return value;
    }
}
