package dev.tollgate.ingest.intake;

import java.util.List;
import java.util.Set;

/// Accepted events on their way to the topic. Each partition has one relay at a time, whoever's session holds its
/// lock. One thread owns an instance; after any exception it must `disconnect`, which gives the locks up.
public interface Outbox extends AutoCloseable {

    /// Takes the partitions that nobody relays and shows a sign of life of the open sources of all that are held.
    void keepHold();

    /// Held partitions with events.
    Set<Integer> waiting();

    /// The next events of a partition, in the order of their numbers. Those that a former relay has numbered come
    /// first, under the same numbers; else the oldest are numbered now. The numbers are committed.
    ///
    /// @param max the most events to number or to answer
    List<OutboxEvent> number(int partition, int max);

    /// Drops events that the broker has, all that `number` answered.
    void published(List<OutboxEvent> events);

    void disconnect();

    @Override
    void close();
}
