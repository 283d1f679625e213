package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.FieldRules;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Where requests under a path go, what they cost, and who may send them.
///
/// @param name 1 to 128 characters; appears in events
/// @param pathPrefix begins with `/`; `/api` covers `/api` and `/api/…`, not `/apis`
/// @param upstreams the servers that share its requests; the whole request path is appended to a target's base
/// @param costUnits quota tokens per request
/// @param eventType API or AI request
/// @param quotaPolicy name of the quota policy that holds beside the tenant's own limits; empty for none
/// @param feature name of the [Feature] that a tenant must have; empty for none
public record Route(
        String name,
        String pathPrefix,
        List<UpstreamTarget> upstreams,
        long costUnits,
        EventType eventType,
        String quotaPolicy,
        String feature) {

    /// The most targets of a route.
    public static final int UPSTREAMS_MAX = 64;

    private static final Pattern POLICY_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

    public Route {
        if (name.isBlank() || name.length() > FieldRules.ROUTE_CHARS_MAX) {
            throw new IllegalArgumentException("a route's name must have 1 to 128 characters but is \"" + name + "\"");
        }
        if (!pathPrefix.startsWith("/")) {
            throw new IllegalArgumentException("route " + name + ": pathPrefix must begin with / but is " + pathPrefix);
        }
        if (!RoutePath.isNormal(pathPrefix)) {
            throw new IllegalArgumentException("route " + name
                    + ": pathPrefix must be without percent-encoding, parameters and double slashes but is "
                    + pathPrefix);
        }
        upstreams = List.copyOf(upstreams);
        if (upstreams.isEmpty()
                || upstreams.size() > UPSTREAMS_MAX
                || Set.copyOf(upstreams).size() < upstreams.size()) {
            throw new IllegalArgumentException("route " + name + ": upstreams must be 1 to " + UPSTREAMS_MAX
                    + " different ones but are " + upstreams);
        }
        if (costUnits < 1 || costUnits > FieldRules.UNITS_MAX) {
            throw new IllegalArgumentException("route " + name + ": costUnits must be 1 to 10^9 but is " + costUnits);
        }
        if (!eventType.isRequest()) {
            throw new IllegalArgumentException(
                    "route " + name + ": eventType must be api_request or ai_request but is " + eventType.wireName());
        }
        if (!quotaPolicy.isEmpty() && !POLICY_NAME.matcher(quotaPolicy).matches()) {
            throw new IllegalArgumentException(
                    "route " + name + ": quotaPolicy must match " + POLICY_NAME + " but is \"" + quotaPolicy + "\"");
        }
        if (!feature.isEmpty() && !Feature.names().contains(feature)) {
            throw new IllegalArgumentException(
                    "route " + name + ": feature must be one of " + Feature.names() + " but is \"" + feature + "\"");
        }
    }

    /// A route with one upstream.
    ///
    /// @param upstream `http://host[:port][/base]` or `https://…`
    public Route(
            String name,
            String pathPrefix,
            URI upstream,
            long costUnits,
            EventType eventType,
            String quotaPolicy,
            String feature) {
        this(name, pathPrefix, List.of(UpstreamTarget.of(upstream)), costUnits, eventType, quotaPolicy, feature);
    }

    boolean covers(String path) {
        if (!path.startsWith(pathPrefix)) {
            return false;
        }
        return pathPrefix.endsWith("/")
                || path.length() == pathPrefix.length()
                || path.charAt(pathPrefix.length()) == '/';
    }
}
