package dev.tollgate.gateway.journal;

import java.util.Optional;

/// Where the log ends.
///
/// @param topicId the broker's id of the topic; another one after it was made anew
/// @param offsets per partition, the offset that the next record gets
public record LogEnds(String topicId, long[] offsets) {

    /// Asks the log.
    @FunctionalInterface
    public interface Reader {

        /// Takes a few seconds at most; empty when the broker does not tell.
        Optional<LogEnds> read();
    }
}
