package dev.tollgate.gateway.proxy;

import java.time.Duration;

/// What the gateway grants its clients' connections.
///
/// @param headTimeout within which a request's head must be complete, the TLS handshake too; then 408, or the end
/// @param bodyBytesPerSecondMin what a request body must bring, averaged over some seconds; less is 408; 0 for any
/// @param headerFieldsMax header fields of a request; more is 431
/// @param connectionsMax client connections of the whole gateway; further ones are closed at once
/// @param http2ClearText whether HTTP/2 is spoken without TLS with clients that begin with its preface
/// @param http2StreamsMax requests at a time on one HTTP/2 connection
/// @param trustedProxies whose word on where a request comes from is believed
public record ClientSettings(
        Duration headTimeout,
        int bodyBytesPerSecondMin,
        int headerFieldsMax,
        int connectionsMax,
        boolean http2ClearText,
        int http2StreamsMax,
        TrustedProxies trustedProxies) {

    /// What holds unless the settings say otherwise.
    public static final ClientSettings DEFAULT =
            new ClientSettings(Duration.ofSeconds(10), 100, 100, 10_000, true, 100, TrustedProxies.NONE);
}
