package dev.tollgate.gateway.door;

import dev.tollgate.gateway.proxy.Credentials;

/// Who sent the request that a door is asked about.
public sealed interface DoorCaller {

    /// The request carries these credentials.
    record Presented(Credentials credentials) implements DoorCaller {}

    /// The asking gateway has found out the tenant itself, and is trusted.
    record Named(String tenantId) implements DoorCaller {}

    /// The request carries no credentials, or several.
    record Nobody() implements DoorCaller {}
}
