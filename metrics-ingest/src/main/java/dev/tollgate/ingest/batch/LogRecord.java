package dev.tollgate.ingest.batch;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One record as polled; key and value are the broker's bytes and not copied.
///
/// @param timestampMs the broker's
public record LogRecord(
        int partition, long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

    /// The record's headers, read only when they are needed.
    @FunctionalInterface
    public interface Headers {
        void forEach(BiConsumer<String, byte[]> header);
    }
}
