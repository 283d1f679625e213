package dev.tollgate.bench.metering;

import java.util.List;
import java.util.OptionalLong;

/// One run of one side, from the moment at which it was warm to the last commit.
///
/// @param events committed in that time
/// @param wallUs that time
/// @param cpuUs CPU of the side's processes
/// @param postgresUs CPU of PostgreSQL meanwhile
/// @param brokerUs CPU of the broker meanwhile
/// @param rssBytes the greatest resident size of the side's processes, from their start on
/// @param heapBytes the most heap seen in use, where the side tells
/// @param commands how the side was started
record Drained(
        long events,
        long wallUs,
        long cpuUs,
        long postgresUs,
        long brokerUs,
        long rssBytes,
        OptionalLong heapBytes,
        List<String> commands) {

    double perSecond() {
        return events * 1e6 / wallUs;
    }
}
