package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.tenant.TenantCatalog;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.tenant.TenantLookup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directory over a catalog loaded from PostgreSQL. One thread with a connection of its own listens for changes
/// and, should a notification be lost, looks at the revision every second. While the database is away, the catalog
/// held goes on.
public final class PostgresTenantDirectory implements TenantDirectory, AutoCloseable {

    /// How often the revision is looked at without a notification.
    static final int POLL_MS = 1_000;

    /// The least time between two loads, so that a burst of changes is loaded once.
    static final long LOAD_GAP_MS = 200;

    static final int NETWORK_TIMEOUT_MS = 5_000;

    private static final int CONNECT_TIMEOUT_SECONDS = 2;
    private static final String CHANNEL = "tollgate_catalog";
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTenantDirectory.class);

    private final String url;
    private final Properties properties = new Properties();
    private final LongSupplier epochMs;
    private final LongSupplier nanoTime;
    private final Thread follower =
            Thread.ofPlatform().daemon().name("tenant-directory").unstarted(this::follow);
    private volatile TenantCatalog catalog = TenantCatalog.EMPTY;
    private volatile @Nullable Connection connection;
    private volatile boolean closed;
    private long nextChangeNanos;
    private boolean changeScheduled;

    /// @param epochMs the time by which keys expire
    /// @param nanoTime the monotonic clock
    public PostgresTenantDirectory(
            String url, String user, @Nullable String password, LongSupplier epochMs, LongSupplier nanoTime) {
        this.url = url;
        this.epochMs = epochMs;
        this.nanoTime = nanoTime;
        PGProperty.USER.set(properties, user);
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "tollgate-gateway-directory");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
    }

    /// Loads the catalog and follows it from then on.
    ///
    /// @throws SQLException when the first load fails
    public void start() throws SQLException {
        reload(listen());
        follower.start();
    }

    @Override
    public TenantLookup find(String presentedKey) {
        return catalog.find(presentedKey, epochMs.getAsLong());
    }

    /// Revision of the catalog held.
    public long revision() {
        return catalog.revision();
    }

    private void follow() {
        while (!closed) {
            try {
                Connection listening = connection;
                if (listening == null) {
                    listening = listen();
                    reload(listening);
                }
                awaitNotification(listening);
                if (!closed && (isChangeDue() || CatalogQuery.revision(listening) != catalog.revision())) {
                    reload(listening);
                    TimeUnit.MILLISECONDS.sleep(LOAD_GAP_MS);
                }
            } catch (SQLException | RuntimeException failure) {
                disconnect();
                pauseAfter(failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void pauseAfter(Exception failure) {
        if (closed) {
            return;
        }
        LOG.warn(
                "the tenant catalog cannot be read, revision {} stays in use: {}",
                catalog.revision(),
                failure.toString());
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection listen() throws SQLException {
        Connection opened = new Driver().connect(url, properties);
        if (opened == null) {
            throw new SQLException("the driver does not know the URL " + url);
        }
        connection = opened;
        opened.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MS);
        try (Statement statement = opened.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
        }
        return opened;
    }

    /// Returns at the first notification or after [#POLL_MS].
    private static void awaitNotification(Connection listening) throws SQLException {
        PGConnection notified = listening.unwrap(PGConnection.class);
        if (notified.getNotifications(POLL_MS) == null) {
            LOG.trace("no notification");
        }
    }

    private boolean isChangeDue() {
        return changeScheduled && nanoTime.getAsLong() - nextChangeNanos >= 0;
    }

    private void reload(Connection from) throws SQLException {
        CatalogQuery.Loaded loaded = CatalogQuery.load(from);
        catalog = loaded.catalog();
        changeScheduled = loaded.untilNextChangeMs() != Long.MAX_VALUE;
        nextChangeNanos = nanoTime.getAsLong()
                + TimeUnit.MILLISECONDS.toNanos(Math.min(loaded.untilNextChangeMs(), TimeUnit.DAYS.toMillis(365)));
        LOG.debug("tenant catalog of revision {} loaded", loaded.catalog().revision());
    }

    private void disconnect() {
        Connection held = connection;
        connection = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException failure) {
                LOG.debug("closing the directory's connection failed", failure);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        disconnect();
        try {
            follower.join(POLL_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
