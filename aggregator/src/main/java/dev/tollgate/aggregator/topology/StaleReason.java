package dev.tollgate.aggregator.topology;

import org.jspecify.annotations.Nullable;

/// Why the stream gives an hour to the raw table.
public enum StaleReason {
    /// The event came when the stream no longer owned its hour.
    LATE("late"),
    /// The hour began before the stream's state did.
    NO_STATE("no-state");

    private final String wireName;

    StaleReason(String wireName) {
        this.wireName = wireName;
    }

    /// The name in the topic's header and in `tenant_stale_hours`.
    public String wireName() {
        return wireName;
    }

    /// The reason of that name, or null when there is none.
    public static @Nullable StaleReason fromWireName(String wireName) {
        return switch (wireName) {
            case "late" -> LATE;
            case "no-state" -> NO_STATE;
            default -> null;
        };
    }
}
