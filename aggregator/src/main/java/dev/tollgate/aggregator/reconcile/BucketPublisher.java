package dev.tollgate.aggregator.reconcile;

import java.util.List;

/// Publishes recomputed buckets to `usage.hourly.v1`.
public interface BucketPublisher {

    /// Publishes all, in order, and returns once the broker has them; throws `PublishFailedException` when it may not
    /// have them all.
    void publish(List<OutboxBucket> buckets);

    /// The broker did not acknowledge.
    final class PublishFailedException extends RuntimeException {
        public PublishFailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
