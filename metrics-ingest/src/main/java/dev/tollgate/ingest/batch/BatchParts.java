package dev.tollgate.ingest.batch;

import java.util.ArrayList;
import java.util.List;

/// Cuts a poll into batches of bounded memory. A poll is bounded in records; with records of the greatest size it could
/// still be many times what a batch usually is.
final class BatchParts {

    /// The most bytes of values in a batch of more than one record; rows are no longer than these.
    static final int BYTES_MAX = 16 << 20;

    private BatchParts() {}

    static List<List<LogRecord>> of(List<LogRecord> records) {
        List<List<LogRecord>> parts = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            byte[] value = records.get(i).value();
            int size = value == null ? 0 : value.length;
            if (bytes + size > BYTES_MAX && i > from) {
                parts.add(records.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        parts.add(records.subList(from, records.size()));
        return parts;
    }
}
