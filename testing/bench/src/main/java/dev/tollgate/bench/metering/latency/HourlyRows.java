package dev.tollgate.bench.metering.latency;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Looks at the rows of the sampled tenants again and again, over one connection. An event counts as visible when the
/// answer that shows it has been read: at most one interval and one answer too late, never too early.
///
/// One thread owns an instance.
final class HourlyRows implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofMillis(20);

    private static final String HELD = """
            SELECT tenant_id, (extract(epoch FROM hour_bucket) * 1000)::bigint, event_count
            FROM tenant_metrics_hourly WHERE tenant_id = ANY (?)""";

    private static final int DIGITS = 3;

    private final PreparedStatement held;
    private final SentEvents sent;
    private final Histogram latenciesUs = new Histogram(DIGITS);
    private final Histogram gapsUs = new Histogram(DIGITS);
    private long lookedNanos = System.nanoTime();

    /// @param connection of a role that sees every tenant; closed with this
    HourlyRows(Connection connection, Collection<String> sampled, SentEvents sent) throws SQLException {
        held = connection.prepareStatement(HELD);
        Array tenants = connection.createArrayOf("text", sampled.toArray());
        held.setArray(1, tenants);
        this.sent = sent;
    }

    /// Waits for the rest of the interval, then looks.
    void look() {
        long left = lookedNanos + INTERVAL.toNanos() - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = lookedNanos + INTERVAL.toNanos() - System.nanoTime();
        }
        long beganNanos = System.nanoTime();
        try (ResultSet rows = held.executeQuery()) {
            long seenNanos = System.nanoTime();
            while (rows.next()) {
                var hour = new SentEvents.Hour(rows.getString(1), rows.getLong(2));
                sent.held(hour, rows.getLong(3), seenNanos, latenciesUs);
            }
            gapsUs.recordValue((seenNanos - lookedNanos) / 1_000);
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot look at the hourly rows", failed);
        }
        lookedNanos = beganNanos;
    }

    Histogram latenciesUs() {
        return latenciesUs;
    }

    /// From the begin of one look to the end of the next.
    Histogram gapsUs() {
        return gapsUs;
    }

    @Override
    public void close() {
        try {
            held.getConnection().close();
        } catch (SQLException failed) {
            throw new IllegalStateException("could not close the connection", failed);
        }
    }
}
