package dev.tollgate.schema.contract;

import org.jspecify.annotations.Nullable;

/// What a usage event measures.
public enum EventType {
    API_REQUEST("api_request", true),
    DB_QUERY("db_query", false),
    STORAGE_WRITE("storage_write", false),
    AI_REQUEST("ai_request", true);

    private final String wireName;
    private final boolean request;

    EventType(String wireName, boolean request) {
        this.wireName = wireName;
        this.request = request;
    }

    /// The name in JSON, in PostgreSQL and in the fingerprint.
    public String wireName() {
        return wireName;
    }

    /// Whether the event counts as a request for quotas, totals and percentiles.
    public boolean isRequest() {
        return request;
    }

    /// The type of that wire name, or null when there is none.
    public static @Nullable EventType fromWireName(String wireName) {
        return switch (wireName) {
            case "api_request" -> API_REQUEST;
            case "db_query" -> DB_QUERY;
            case "storage_write" -> STORAGE_WRITE;
            case "ai_request" -> AI_REQUEST;
            default -> null;
        };
    }
}
