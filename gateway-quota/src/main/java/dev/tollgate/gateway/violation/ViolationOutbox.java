package dev.tollgate.gateway.violation;

/// Stored denials that are not announced yet.
public interface ViolationOutbox {

    /// Rows taken at a time.
    int ROWS_MAX = 500;

    /// Gives the oldest rows whose minute is over to `topic`, and marks them as announced once it has them. Rows that
    /// another gateway holds are left to it. When this throws, the rows stay as they were.
    ///
    /// @return rows taken, at most [#ROWS_MAX]
    int announce(ViolationTopic topic) throws ViolationsUnavailableException, InterruptedException;
}
