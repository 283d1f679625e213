package dev.tollgate.schema.contract;

import org.jspecify.annotations.Nullable;

/// Who computes an hour's bucket. Every hour has exactly one owner, and it changes only from stream to raw.
public enum HourOwner {
    /// The aggregator's stream, folding events as they come.
    STREAM("stream"),
    /// The raw table, from which a job recomputes the hour.
    RAW("raw");

    private final String wireName;

    HourOwner(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /// The owner of that wire name, or null when there is none.
    public static @Nullable HourOwner fromWireName(String wireName) {
        return switch (wireName) {
            case "stream" -> STREAM;
            case "raw" -> RAW;
            default -> null;
        };
    }
}
