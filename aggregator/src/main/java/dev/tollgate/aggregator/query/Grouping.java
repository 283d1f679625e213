package dev.tollgate.aggregator.query;

import java.util.Arrays;
import java.util.Optional;

/// What the events of a window can be told apart by. An event that does not say has the value `""`.
public enum Grouping {
    /// The route's name in the gateway's table.
    ROUTE("route"),
    /// The HTTP method.
    METHOD("method"),
    /// `2xx`, `4xx`, …
    STATUS_CLASS("statusClass");

    private final String wireName;

    Grouping(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<Grouping> of(String wireName) {
        return Arrays.stream(values())
                .filter(grouping -> grouping.wireName.equals(wireName))
                .findFirst();
    }
}
