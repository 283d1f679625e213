package dev.tollgate.gateway.door;

/// How the doors work.
///
/// @param checkStyle what asks at `/v1/check`
/// @param domain the domain that Envoy's questions must name
/// @param tenantIdsTrusted whether Envoy may name a tenant by its id instead of showing a key
/// @param pendingMax questions of Envoy that may wait for their answers at one time; more are UNAVAILABLE
/// @param records whether an admitted request leaves an event
/// @param xRateLimit whether `X-RateLimit-*` are told beside the draft's `RateLimit` fields
public record DoorSettings(
        CheckStyle checkStyle,
        String domain,
        boolean tenantIdsTrusted,
        int pendingMax,
        boolean records,
        boolean xRateLimit) {}
