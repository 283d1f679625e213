package dev.tollgate.billing.plan;

import java.util.Arrays;
import java.util.Optional;

/// What a charge counts.
public enum Meter {
    /// Request events with units above 0.
    REQUESTS("requests"),
    /// The sum of the units of all events.
    UNITS("units"),
    DB_QUERIES("db_queries"),
    /// The highest stored amount of any hour, in megabytes of 1,000,000 bytes, a started one counting as whole.
    STORAGE_MB("storage_mb"),
    /// AI request events with units above 0; they count as requests too.
    AI_REQUESTS("ai_requests");

    private final String wireName;

    Meter(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<Meter> fromWireName(String name) {
        return Arrays.stream(values())
                .filter(meter -> meter.wireName.equals(name))
                .findFirst();
    }
}
