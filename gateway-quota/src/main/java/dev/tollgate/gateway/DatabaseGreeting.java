package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.journal.postgres.LedgerTime;
import dev.tollgate.schema.database.SchemaGuard;
import dev.tollgate.schema.database.SchemaOutdatedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the database what the gateway must know before it trusts it: whether the schema is not older than this
/// gateway's, and what time it is there, since events must not be stamped with this machine's own idea of the time.
/// It asks on a thread of its own every second until both are answered well; so a migration that comes later is seen.
final class DatabaseGreeting implements AutoCloseable {

    enum Schema {
        /// The database has not answered yet.
        UNKNOWN,
        CURRENT,
        /// Older than this gateway's.
        OUTDATED
    }

    private static final long RETRY_MS = 1_000;
    private static final Logger log = LoggerFactory.getLogger(DatabaseGreeting.class);

    private final DataSource database;
    private final LedgerClock clock;
    private final LongSupplier nanoTime;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("database-greeting").unstarted(this::greet);
    private volatile Schema schema = Schema.UNKNOWN;
    private volatile @Nullable SchemaOutdatedException outdated;
    private volatile boolean closed;

    DatabaseGreeting(DataSource database, LedgerClock clock, LongSupplier nanoTime) {
        this.database = database;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    void start() {
        thread.start();
    }

    /// Returns whether the database answered within that time.
    ///
    /// @throws SchemaOutdatedException when its schema is older than this gateway
    boolean await(Duration atMost) throws InterruptedException {
        boolean inTime = answered.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        SchemaOutdatedException older = outdated;
        if (older != null) {
            throw older;
        }
        return inTime;
    }

    Schema schema() {
        return schema;
    }

    private void greet() {
        while (!closed && schema != Schema.CURRENT) {
            try {
                SchemaGuard.requireCurrent(database);
                observeClock();
                schema = Schema.CURRENT;
                outdated = null;
                answered.countDown();
            } catch (SchemaOutdatedException older) {
                log.error("{}", older.getMessage());
                outdated = older;
                schema = Schema.OUTDATED;
                answered.countDown();
                pause();
            } catch (SQLException | RuntimeException away) {
                if (!closed) {
                    log.warn("waiting for PostgreSQL: {}", away.getMessage());
                }
                pause();
            }
        }
    }

    private void observeClock() throws SQLException {
        long sentNanos = nanoTime.getAsLong();
        long ledgerMs = LedgerTime.read(database);
        clock.observe(ledgerMs, sentNanos, nanoTime.getAsLong());
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        } catch (InterruptedException stopped) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
