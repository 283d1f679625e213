package dev.tollgate.gateway;

import dev.tollgate.gateway.door.CheckStyle;
import dev.tollgate.gateway.door.DoorSettings;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the doors for other gateways, `tollgate.gateway.doors.*`. A port of -1 keeps a door shut, 0 takes any.
///
/// @param host the address that the doors listen on: whoever reaches it can spend the quota of a key that he has
/// @param checkPort for `GET /v1/check`
/// @param checkStyle `auth-request` for nginx, `forward-auth` for Traefik and Caddy
/// @param rateLimitPort for Envoy's rate limit service
/// @param rateLimitDomain the domain that Envoy's questions name
/// @param rateLimitPendingMax questions of Envoy that may wait at one time; more are UNAVAILABLE
/// @param trustTenantIds whether Envoy may name tenants by their ids; whoever reaches the door is trusted then
/// @param records whether admitted requests leave events; without, they are limited but not metered
public record DoorsSetting(
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("-1") int checkPort,
        @DefaultValue("auth-request") CheckStyle checkStyle,
        @DefaultValue("-1") int rateLimitPort,
        @DefaultValue("tollgate") String rateLimitDomain,
        @DefaultValue("10000") int rateLimitPendingMax,
        @DefaultValue("false") boolean trustTenantIds,
        @DefaultValue("true") boolean records) {

    static final int SHUT = -1;

    private static final int PORT_MAX = 65_535;

    public DoorsSetting {
        portOrShut("check-port", checkPort);
        portOrShut("rate-limit-port", rateLimitPort);
        if (rateLimitPendingMax < 1) {
            throw new IllegalArgumentException(
                    "tollgate.gateway.doors.rate-limit-pending-max must be at least 1 but is " + rateLimitPendingMax);
        }
        if (rateLimitDomain.isBlank()) {
            throw new IllegalArgumentException("tollgate.gateway.doors.rate-limit-domain must not be blank");
        }
    }

    private static void portOrShut(String name, int port) {
        if (port < SHUT || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "tollgate.gateway.doors." + name + " must be -1 to " + PORT_MAX + " but is " + port);
        }
    }

    DoorSettings settings(boolean xRateLimit) {
        return new DoorSettings(checkStyle, rateLimitDomain, trustTenantIds, rateLimitPendingMax, records, xRateLimit);
    }
}
