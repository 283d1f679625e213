package dev.tollgate.schema.contract;

import java.util.List;

/// What one tenant used of one route in one UTC hour: a part of an `HourlyBucket`. The parts of a bucket add up to it.
///
/// @param route name of the route, at most 128 characters; `NONE` of events without a route, `OTHER` of the rest
/// @param events events of all types
/// @param requests API and AI requests
/// @param billable requests with units above 0
/// @param successful requests with a status of 2xx
/// @param failed requests with a status of 4xx or 5xx
/// @param totalDurationMs of requests
public record RouteUsage(
        String route,
        long events,
        long requests,
        long billable,
        long successful,
        long failed,
        long units,
        long totalDurationMs,
        long bytesSent,
        long bytesReceived) {

    /// Routes of an hour that have a part of their own: the first to appear in the log.
    public static final int ROUTES_MAX = 32;

    /// The part of all further routes, and of a route of this name. Takes none of the `ROUTES_MAX` places.
    public static final String OTHER = "other";

    /// The part of events without a route or with an empty one, and of a route of this name. Takes none of the
    /// `ROUTES_MAX` places.
    public static final String NONE = "none";

    /// The most parts of one bucket.
    public static final int PARTS_MAX = ROUTES_MAX + 2;

    public RouteUsage {
        FieldRules.name("routes.route", route, FieldRules.ROUTE_CHARS_MAX);
        notNegative("routes.events", events);
        notNegative("routes.requests", requests);
        notNegative("routes.billable", billable);
        notNegative("routes.successful", successful);
        notNegative("routes.failed", failed);
        notNegative("routes.units", units);
        notNegative("routes.totalDurationMs", totalDurationMs);
        notNegative("routes.bytesSent", bytesSent);
        notNegative("routes.bytesReceived", bytesReceived);
    }

    /// Checks the parts of one bucket: not too many, none twice.
    static List<RouteUsage> parts(List<RouteUsage> routes) {
        if (routes.size() > PARTS_MAX) {
            throw new InvalidFieldException("routes", "must hold at most " + PARTS_MAX + " routes");
        }
        if (routes.stream().map(RouteUsage::route).distinct().count() < routes.size()) {
            throw new InvalidFieldException("routes", "must not name a route twice");
        }
        return List.copyOf(routes);
    }

    private static void notNegative(String field, long value) {
        FieldRules.range(field, value, 0, Long.MAX_VALUE);
    }
}
