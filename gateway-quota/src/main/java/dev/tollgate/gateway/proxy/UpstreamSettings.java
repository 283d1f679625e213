package dev.tollgate.gateway.proxy;

import java.time.Duration;

/// How the proxy treats its upstreams.
///
/// @param failuresMax failures in a row after which a target is set aside: no connection, or no answer in time
/// @param setAsideMin how long it is set aside at first; twice as long after each trial that fails
/// @param setAsideMax the longest time
/// @param continueTimeout how long a request with `Expect: 100-continue` waits for the upstream's word before its body
///     is sent all the same
/// @param webSocketIdleTimeout a WebSocket on which nothing happens is cut
public record UpstreamSettings(
        int failuresMax,
        Duration setAsideMin,
        Duration setAsideMax,
        Duration continueTimeout,
        Duration webSocketIdleTimeout) {

    /// What holds unless a setting says otherwise.
    public static final UpstreamSettings DEFAULT = new UpstreamSettings(
            3, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(5));

    public UpstreamSettings {
        if (failuresMax < 1) {
            throw new IllegalArgumentException("failures-max must be at least 1 but is " + failuresMax);
        }
        if (setAsideMin.isNegative() || setAsideMin.isZero() || setAsideMin.compareTo(setAsideMax) > 0) {
            throw new IllegalArgumentException("set-aside-min must be longer than 0 and at most set-aside-max but is "
                    + setAsideMin + ", and set-aside-max is " + setAsideMax);
        }
        if (!continueTimeout.isPositive()) {
            throw new IllegalArgumentException("continue-timeout must be longer than 0 but is " + continueTimeout);
        }
        if (!webSocketIdleTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "web-socket-idle-timeout must be longer than 0 but is " + webSocketIdleTimeout);
        }
    }
}
