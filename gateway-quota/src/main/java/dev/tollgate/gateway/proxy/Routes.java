package dev.tollgate.gateway.proxy;

import java.util.Optional;

/// Finds the route of a path, by the table in force at that moment. A request keeps the route that it found. Safe for
/// all threads.
public interface Routes {

    Optional<Route> find(String path);
}
