package dev.tollgate.gateway;

import dev.tollgate.gateway.door.DoorMeter;
import dev.tollgate.gateway.door.DoorSettings;
import dev.tollgate.gateway.door.grpc.RateLimitDoor;
import dev.tollgate.gateway.door.vertx.CheckDoor;
import dev.tollgate.gateway.proxy.vertx.LoopGuest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The doors that the settings open. They are served by the proxy's event loops, so they start after and end before
/// them.
final class Doors {

    private final DoorsSetting setting;
    private final @Nullable CheckDoor check;
    private final @Nullable RateLimitDoor rateLimit;

    Doors(GatewayProperties properties, DoorMeter meter) {
        setting = properties.doors();
        DoorSettings settings = setting.settings(properties.rateLimitHeaders().xRateLimit());
        check = setting.checkPort() == DoorsSetting.SHUT
                ? null
                : new CheckDoor(
                        settings,
                        meter,
                        setting.host(),
                        setting.checkPort(),
                        properties.limits().requestLineBytesMax(),
                        properties.limits().headerBytesMax());
        rateLimit = setting.rateLimitPort() == DoorsSetting.SHUT ? null : new RateLimitDoor(settings, meter);
    }

    /// What the event loops serve for them.
    List<LoopGuest> guests() {
        List<LoopGuest> guests = new ArrayList<>();
        if (check != null) {
            guests.add(check);
        }
        if (rateLimit != null) {
            guests.add(rateLimit);
        }
        return guests;
    }

    /// Opens what is not opened by the event loops.
    void start() {
        if (rateLimit != null) {
            rateLimit.start(setting.host(), setting.rateLimitPort());
        }
    }

    /// Accepts no more questions of Envoy and waits for those that are pending. Checks are drained with the proxy.
    void drain(Duration atMost) {
        if (rateLimit != null) {
            rateLimit.drain(atMost);
        }
    }

    /// -1 when the door is shut.
    int checkPort() {
        return check == null ? DoorsSetting.SHUT : check.port();
    }

    /// -1 when the door is shut.
    int rateLimitPort() {
        return rateLimit == null ? DoorsSetting.SHUT : rateLimit.port();
    }

    /// For people.
    String describe() {
        return "checks " + on(checkPort()) + ", Envoy's rate limit service " + on(rateLimitPort());
    }

    private static String on(int port) {
        return port == DoorsSetting.SHUT ? "shut" : "on port " + port;
    }
}
