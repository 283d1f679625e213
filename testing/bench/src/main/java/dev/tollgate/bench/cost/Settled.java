package dev.tollgate.bench.cost;

import dev.tollgate.bench.metering.MeteringServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits until every request has reached the tables. While it waits it reads small tables only, twice a second, so that
/// the question is not a part of the cost.
///
/// @param requests that were ever admitted
record Settled(Pipeline pipeline, long requests) {

    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final long PAUSE_NANOS = 500_000_000;

    private static final String STORED = "SELECT coalesce(sum(highest), 0) FROM ingest_sequences";
    private static final String HOURLY = "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly";
    private static final String BY_ROUTE = "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly_routes";
    private static final String STALE = "SELECT count(*) FROM tenant_stale_hours";
    private static final String RAW = "SELECT count(*) FROM tenant_metrics_raw";
    private static final String HOURS = "SELECT count(*) FROM tenant_metrics_hourly";

    /// Throws unless as many events as requests are in the tables in time.
    void await() {
        long startNanos = System.nanoTime();
        try (Connection connection = connect()) {
            while (true) {
                pipeline.requireAlive();
                long stored = MeteringServers.number(connection, STORED);
                long hourly = MeteringServers.number(connection, HOURLY);
                if (stored == requests && hourly == requests) {
                    return;
                }
                if (System.nanoTime() - startNanos > WITHIN.toNanos()) {
                    throw new IllegalStateException(
                            "of %d requests, %d events are stored and %d in hourly rows after %d s"
                                    .formatted(requests, stored, hourly, WITHIN.toSeconds()));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    /// Counts everything; throws unless rows = requests = events in hourly rows, by route too. Returns the hourly rows.
    long require() {
        try (Connection connection = connect()) {
            require("raw rows", MeteringServers.number(connection, RAW));
            require("events in hourly rows", MeteringServers.number(connection, HOURLY));
            require("events in hourly rows by route", MeteringServers.number(connection, BY_ROUTE));
            long stale = MeteringServers.number(connection, STALE);
            if (stale > 0) {
                throw new IllegalStateException(stale + " hours wait to be recomputed");
            }
            return MeteringServers.number(connection, HOURS);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    private void require(String what, long count) {
        if (count != requests) {
            throw new IllegalStateException("%d requests, but %d %s".formatted(requests, count, what));
        }
    }

    private Connection connect() throws SQLException {
        return pipeline.servers().connect(pipeline.database());
    }
}
