package dev.tollgate.schema.contract;

/// The Kafka headers of `usage.dead-letter.v1`, all UTF-8 text, numbers in decimal. Key and value of the
/// record are those of the original, byte for byte; the original's headers come first.
public final class DeadLetterHeaders {

    /// Why the record could not be used; for people.
    public static final String REASON = "reason";

    /// JSON name of the field at fault, or `$`.
    public static final String FIELD = "field";

    public static final String ORIGIN_TOPIC = "origin-topic";
    public static final String ORIGIN_PARTITION = "origin-partition";
    public static final String ORIGIN_OFFSET = "origin-offset";

    /// The broker's timestamp of the original, epoch milliseconds.
    public static final String ORIGIN_TIMESTAMP = "origin-timestamp";

    /// The service that gave the record up, for example `metrics-ingest`.
    public static final String SERVICE = "service";

    private DeadLetterHeaders() {}
}
