package dev.tollgate.aggregator.reconcile;

import java.util.Locale;

/// What the reconciler finds.
public enum FindingKind {
    /// Sequences of a source that were published and are not stored; or rows that the bucket of an hour counted and the
    /// raw table does not have.
    LOSS,
    /// Rows of a source with sequences that ingest never stored.
    BEYOND,
    /// A sequence of a source that several rows of an hour carry.
    DUPLICATE,
    /// An hour whose raw rows and bucket differ, none of the rows missing.
    DIFFERENCE;

    /// The name in the table and in metrics.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static FindingKind fromWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
