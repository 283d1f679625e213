package dev.tollgate.client;

import org.jspecify.annotations.Nullable;

/// Knows the keys with `events:write` by which events of a tenant are sent. Asked before each request, from one thread.
@FunctionalInterface
public interface KeyRing {

    /// Null when the tenant has none; its events are dropped then, and counted.
    @Nullable
    String keyOf(String tenantId);

    /// The same key for everybody, where the application has one tenant only.
    static KeyRing single(String key) {
        return tenantId -> key;
    }
}
