package dev.tollgate.ingest.batch;

/// The broker's id of the usage topic. A topic that is deleted and made anew has another one.
@FunctionalInterface
public interface TopicId {

    /// Asks the broker; throws when it does not answer.
    String current();
}
