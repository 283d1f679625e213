package dev.tollgate.gateway;

import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.UpstreamTarget;
import dev.tollgate.schema.contract.EventType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// One entry of the route table, in the settings or in the routes file; see `Route`. It has either one `upstream` or
/// `upstreams`.
public record RouteSetting(
        @Nullable String name,
        @Nullable String pathPrefix,
        @Nullable URI upstream,
        @DefaultValue List<URI> upstreams,
        @DefaultValue("1") long costUnits,
        @DefaultValue("api_request") String eventType,
        @DefaultValue("") String quotaPolicy,
        @DefaultValue("") String feature) {

    /// @param setting name of the list, for messages
    /// @throws IllegalArgumentException naming the entry and what is wrong with it
    static RouteTable table(String setting, List<RouteSetting> entries) {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            try {
                routes.add(entries.get(i).route());
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(setting + "[" + i + "]: " + wrong.getMessage(), wrong);
            }
        }
        try {
            return new RouteTable(routes);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
        }
    }

    private Route route() {
        EventType type = EventType.fromWireName(eventType);
        if (type == null) {
            throw new IllegalArgumentException("event-type must be api_request or ai_request but is " + eventType);
        }
        return new Route(
                present("name", name),
                present("path-prefix", pathPrefix),
                targets(),
                costUnits,
                type,
                quotaPolicy,
                feature);
    }

    private List<UpstreamTarget> targets() {
        if (upstream != null && !upstreams.isEmpty()) {
            throw new IllegalArgumentException("upstream and upstreams exclude each other");
        }
        List<URI> addresses = upstreams.isEmpty() ? List.of(present("upstream", upstream)) : upstreams;
        return addresses.stream().map(UpstreamTarget::of).toList();
    }

    private static <T> T present(String setting, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(setting + " is missing");
        }
        return value;
    }
}
