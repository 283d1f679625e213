package dev.tollgate.gateway.admin;

import java.util.List;

/// A route of the table in force.
///
/// @param quotaPolicy empty for none
/// @param feature empty for none
public record RouteRow(
        String name,
        String pathPrefix,
        List<String> upstreams,
        long costUnits,
        String eventType,
        String quotaPolicy,
        String feature) {

    public RouteRow {
        upstreams = List.copyOf(upstreams);
    }
}
