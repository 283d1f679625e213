package dev.tollgate.bench.metering;

import java.nio.file.Path;

/// What one run of a side stands on: running servers, the filled topic, a migrated database that nobody has used.
///
/// @param database name of the fresh database
/// @param folder for logs and whatever the side keeps; empty, and gone after the benchmark
/// @param run the number of the run, which no other has: for names of groups and applications
public record Ground(MeteringServers servers, FilledTopic topic, String database, Path folder, int run) {

    /// The most records of one poll and rows of one transaction, the same for all sides.
    public static final int BATCH_SIZE_MAX = 5_000;

    public String databaseUrl() {
        return servers.postgres().url(database);
    }

    public String bootstrapServers() {
        return servers.kafka().bootstrapServers();
    }

    /// Where a service of Tollgate runs on it.
    public MeasuredService.Place place(Path root) {
        return new MeasuredService.Place(root, servers, database, folder, runName());
    }

    /// A name for consumer groups and application ids.
    public String runName() {
        return "bench-" + run;
    }
}
