package dev.tollgate.quickstart;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Waits until everything that was accepted so far has reached the raw table and the hourly buckets.
public final class Settlement {

    private static final Duration POLL = Duration.ofMillis(200);

    private static final String PENDING = """
            SELECT (SELECT count(*) FROM intake_outbox WHERE ?::text[] IS NULL OR tenant_id = ANY (?::text[])),
                (SELECT coalesce(sum(greatest(s.appended - coalesce(i.highest, 0), 0)
                    + coalesce(cardinality(i.missing), 0)), 0)
                 FROM event_sources s LEFT JOIN ingest_sequences i USING (source)
                 WHERE s.state <> 'abandoned' AND (?::text[] IS NULL OR s.origin = 'intake')),
                (SELECT count(*) FROM tenant_stale_hours WHERE ?::text[] IS NULL OR tenant_id = ANY (?::text[])),
                (SELECT count(*) FROM tenant_metrics_raw WHERE ?::text[] IS NULL OR tenant_id = ANY (?::text[]))
                    - (SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly
                       WHERE ?::text[] IS NULL OR tenant_id = ANY (?::text[]))""";

    private static final int PENDING_PARAMETERS = 9;

    private final DataSource database;
    private final InstantSource clock;
    private final @Nullable List<String> tenants;

    private Settlement(DataSource database, InstantSource clock, @Nullable List<String> tenants) {
        this.database = database;
        this.clock = clock;
        this.tenants = tenants;
    }

    /// Of everything, which needs traffic to have stopped.
    ///
    /// @param database a role that sees every tenant
    public static Settlement ofEverything(DataSource database, InstantSource clock) {
        return new Settlement(database, clock, null);
    }

    /// Of what the intake accepted for some tenants, whatever traffic others have.
    ///
    /// @param database a role that sees every tenant
    public static Settlement ofIntake(DataSource database, InstantSource clock, List<String> tenants) {
        return new Settlement(database, clock, List.copyOf(tenants));
    }

    /// What is still on its way.
    ///
    /// @param outbox events that the intake accepted and nobody published yet
    /// @param unstored events that were appended at a source and are not in the raw table
    /// @param staleHours hours that wait for their recomputation
    /// @param unfolded events in the raw table less those in the hourly buckets
    public record Pending(long outbox, long unstored, long staleHours, long unfolded) {
        public boolean isNone() {
            return outbox == 0 && unstored == 0 && staleHours == 0 && unfolded == 0;
        }

        @Override
        public String toString() {
            return "%d to publish, %d to store, %d hours to recompute, %d events to fold"
                    .formatted(outbox, unstored, staleHours, unfolded);
        }
    }

    public Pending pending() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(PENDING)) {
            Array ids = tenants == null ? null : connection.createArrayOf("text", tenants.toArray());
            for (int parameter = 1; parameter <= PENDING_PARAMETERS; parameter++) {
                statement.setArray(parameter, ids);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Pending(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask the database what is pending", failed);
        }
    }

    /// Waits until nothing is pending, or the time is up; returns what was pending last.
    public Pending await(Duration atMost) throws InterruptedException {
        Instant deadline = clock.instant().plus(atMost);
        Pending pending = pending();
        while (!pending.isNone() && clock.instant().isBefore(deadline)) {
            Thread.sleep(POLL);
            pending = pending();
        }
        return pending;
    }
}
