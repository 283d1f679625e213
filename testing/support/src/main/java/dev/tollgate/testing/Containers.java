package dev.tollgate.testing;

import java.util.function.Supplier;

/// Starting containers, with a failure that says what to do.
public final class Containers {

    private Containers() {}

    /// Runs `start`; if Docker or Testcontainers is missing, throws an error that names the setting that asked for
    /// them. Never falls back to something else: a missing server is a failure.
    public static <T> T start(String what, Supplier<T> start) {
        try {
            return start.get();
        } catch (RuntimeException | LinkageError failed) {
            throw new IllegalStateException(
                    TestServers.PROPERTY + "=testcontainers asks for " + what
                            + " in a container, and it did not start: "
                            + failed.getMessage() + ". It needs a running Docker and the artifacts"
                            + " org.testcontainers:testcontainers-postgresql and testcontainers-kafka on the class path;"
                            + " without the setting the embedded servers are used.",
                    failed);
        }
    }

    /// What a container can not do here.
    public static UnsupportedOperationException notOffered(String operation) {
        return new UnsupportedOperationException(operation + " is not offered for a container, which is shared by all"
                + " tests of the JVM; start a server of the test's own");
    }
}
