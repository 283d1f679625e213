package dev.tollgate.ingest.testing;

/// Structured CloudEvents of the source `s`, as a producer writes them.
public final class CloudEvents {

    private CloudEvents() {}

    public static String event(String id, String time) {
        return "{\"specversion\":\"1.0\",\"type\":\"dev.tollgate.usage.api_request.v1\",\"source\":\"s\",\"id\":\"" + id
                + "\",\"time\":\"" + time + "\",\"data\":{}}";
    }

    public static String voiding(String id, String voided, String reason) {
        return "{\"specversion\":\"1.0\",\"type\":\"dev.tollgate.usage.void.v1\",\"source\":\"s\",\"id\":\"" + id
                + "\",\"data\":{\"voids\":{\"id\":\"" + voided + "\"},\"reason\":\"" + reason + "\"}}";
    }
}
