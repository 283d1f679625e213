package dev.tollgate.bench.gateway;

import java.util.List;

/// One of the two that are compared: it listens, passes requests on, and its CPU is counted.
interface Side extends AutoCloseable {

    String name();

    /// What it is, with its version.
    String version();

    /// How it was started.
    List<String> commands();

    int port();

    /// Every process whose CPU counts.
    List<Long> pids();

    /// Returns when the work that the last requests left behind is done, so that its CPU is counted with theirs.
    default void settle() {}

    /// Begins of the names of threads that publish to Kafka; empty where nobody does.
    default List<String> publishingThreads() {
        return List.of();
    }

    /// Throws when a process has ended.
    void requireAlive();

    @Override
    void close();
}
