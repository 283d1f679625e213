package dev.tollgate.bench.cost;

import java.util.Map;

/// What has been used so far, or between two moments.
///
/// @param nanos the moment, or the time between
/// @param cpuUs by part
/// @param topicBytes on the broker's disk, by topic
/// @param journalBytes appended to the gateway's journal
record Reading(long nanos, Map<Part, Long> cpuUs, Tables tables, Map<String, Long> topicBytes, long journalBytes) {

    /// Writes first what commits have left to be written, so that it counts for what caused it.
    static Reading of(Pipeline pipeline) {
        pipeline.servers().checkpoint();
        Map<Part, Long> cpuUs = pipeline.cpuUs();
        long nanos = System.nanoTime();
        return new Reading(
                nanos,
                cpuUs,
                Tables.of(pipeline.servers(), pipeline.database()),
                BrokerLogs.bytes(pipeline.servers().kafka().bootstrapServers()),
                JournalBytes.appended(pipeline.journalFolder()));
    }

    Reading since(Reading earlier) {
        return new Reading(
                nanos - earlier.nanos,
                Growth.of(cpuUs, earlier.cpuUs),
                tables.since(earlier.tables),
                Growth.of(topicBytes, earlier.topicBytes),
                journalBytes - earlier.journalBytes);
    }

    double seconds() {
        return nanos / 1e9;
    }

    double cpuSeconds(Part part) {
        return cpuUs.getOrDefault(part, 0L) / 1e6;
    }
}
