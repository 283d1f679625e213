package dev.tollgate.ingest.intake.http;

import java.util.Locale;

/// Media types without their parameters.
final class MediaTypes {

    static final String JSON = "application/json";
    static final String STRUCTURED = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";
    static final String LINES = "application/x-ndjson";

    private MediaTypes() {}

    /// The type in lower case, without parameters.
    static String bare(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String contentType) {
        String bare = bare(contentType);
        return bare.equals(JSON) || bare.endsWith("+json");
    }
}
