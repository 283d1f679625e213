package dev.tollgate.gateway.proxy;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All routes; the longest prefix that covers a path, in the form of [RoutePath], wins. Immutable.
public final class RouteTable implements Routes {

    public static final int ROUTES_MAX = 1_000;

    private final List<Route> longestFirst;

    public RouteTable(List<Route> routes) {
        if (routes.size() > ROUTES_MAX) {
            throw new IllegalArgumentException("there are " + routes.size() + " routes but at most " + ROUTES_MAX);
        }
        Set<String> names = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        for (Route route : routes) {
            if (!names.add(route.name()) || !prefixes.add(route.pathPrefix())) {
                throw new IllegalArgumentException(
                        "route " + route.name() + " (" + route.pathPrefix() + ") shares its name or prefix");
            }
        }
        longestFirst = routes.stream()
                .sorted(Comparator.comparingInt(
                                (Route route) -> route.pathPrefix().length())
                        .reversed())
                .toList();
    }

    @Override
    public List<Route> all() {
        return longestFirst;
    }

    @Override
    public Optional<Route> find(String path) {
        String normal = RoutePath.normal(path);
        for (Route route : longestFirst) {
            if (route.covers(normal)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }
}
