package dev.tollgate.gateway.proxy;

import java.time.Duration;

/// Limits and timeouts of the proxy.
///
/// @param requestLineBytesMax longest request line; longer is 414
/// @param headerBytesMax all header fields of a request together; more is 431
/// @param bodyBytesMax longest request body; more is 413
/// @param idleTimeout a client connection on which nothing happens is closed
/// @param connectTimeout for a connection to an upstream; then another target is tried, then 504
/// @param upstreamTimeout how long an exchange may make no progress; then 504, or the connection is cut
/// @param upstreamConnectionsMax per upstream and event loop
/// @param requestsMax requests in progress per event loop; more is 503
/// @param dbQueryCountHeader response field in which an upstream reports its database queries; not passed on
/// @param xRateLimit whether responses carry `X-RateLimit-*` beside the draft's `RateLimit` fields
/// @param clients what clients' connections are granted
/// @param journalFull whether a request is refused or admitted without an event when the journal is full
/// @param upstreams targets' health and what else concerns upstreams
public record ProxySettings(
        int requestLineBytesMax,
        int headerBytesMax,
        long bodyBytesMax,
        Duration idleTimeout,
        Duration connectTimeout,
        Duration upstreamTimeout,
        int upstreamConnectionsMax,
        int requestsMax,
        String dbQueryCountHeader,
        boolean xRateLimit,
        ClientSettings clients,
        JournalFullPolicy journalFull,
        UpstreamSettings upstreams) {

    /// What happens to a request for which the journal has no room.
    public enum JournalFullPolicy {
        REFUSE,
        ADMIT_AND_COUNT
    }
}
