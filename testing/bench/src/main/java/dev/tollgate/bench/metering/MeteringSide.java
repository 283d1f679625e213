package dev.tollgate.bench.metering;

import java.util.List;
import java.util.OptionalLong;

/// One of the two that are compared: something that drains the filled topic, in processes of its own.
public interface MeteringSide {

    String name();

    /// Starts it on fresh ground; returns at once. What it must prepare (files, months) happens before anything runs
    /// whose CPU counts.
    Running start(Ground ground);

    /// A started side. Used by one thread.
    interface Running extends AutoCloseable {

        /// How it was started, for people.
        List<String> commands();

        /// Every process whose CPU counts.
        List<Long> pids();

        /// How many events of the topic are handled for good: committed, so that a crash would not repeat them.
        /// Asked every 20 ms.
        long done();

        /// Bytes of heap in use now; empty where nobody tells. Asked every 500 ms.
        default OptionalLong heapBytes() {
            return OptionalLong.empty();
        }

        /// Throws when a process has ended.
        void requireAlive();

        /// Throws when the result is not that of every event handled once. Asked once, after the last event.
        default void verify() {}

        @Override
        void close();
    }
}
