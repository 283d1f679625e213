package dev.tollgate.gateway.proxy;

import java.util.List;
import java.util.Optional;

/// Finds the route of a path, by the table in force at that moment. A request keeps the route that it found. Safe for
/// all threads.
public interface Routes {

    Optional<Route> find(String path);

    /// All routes, those with the longest prefixes first.
    List<Route> all();
}
