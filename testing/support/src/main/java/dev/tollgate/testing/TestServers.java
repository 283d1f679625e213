package dev.tollgate.testing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which servers `shared()` starts: the embedded ones, or containers for people who have Docker. Chosen by the
/// system property `tollgate.test.servers` or, without it, the environment variable `TOLLGATE_TEST_SERVERS`.
public enum TestServers {
    EMBEDDED,
    TESTCONTAINERS;

    public static final String PROPERTY = "tollgate.test.servers";
    public static final String VARIABLE = "TOLLGATE_TEST_SERVERS";

    /// The choice for this JVM; embedded unless something else is asked for.
    public static TestServers chosen() {
        return parse(System.getProperty(PROPERTY, System.getenv(VARIABLE)));
    }

    static TestServers parse(@Nullable String setting) {
        if (setting == null || setting.isBlank()) {
            return EMBEDDED;
        }
        return switch (setting.strip().toLowerCase(Locale.ROOT)) {
            case "embedded" -> EMBEDDED;
            case "testcontainers" -> TESTCONTAINERS;
            default ->
                throw new IllegalArgumentException(
                        PROPERTY + " (or " + VARIABLE + ") must be embedded or testcontainers, not " + setting);
        };
    }
}
