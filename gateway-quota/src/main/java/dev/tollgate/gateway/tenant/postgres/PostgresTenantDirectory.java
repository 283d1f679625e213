package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.CatalogKeeper;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.gateway.tenant.VerifiedKeys;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directory over a catalog loaded from PostgreSQL. One thread with a connection of its own listens for changes
/// and, should a notification be lost, looks at the revision every second; every few seconds it asks which tenants
/// have reached their storage limit. While the database is away, what is held goes on.
public final class PostgresTenantDirectory implements TenantDirectory, StorageUsage, AutoCloseable {

    /// How often the revision is looked at without a notification.
    static final int POLL_MS = 1_000;

    /// The least time between two loads, so that a burst of changes is loaded once.
    static final long LOAD_GAP_MS = 200;

    /// How often it is asked which tenants have reached their storage limit.
    static final long STORAGE_POLL_MS = 3_000;

    private static final long STOP_MS_MAX = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTenantDirectory.class);

    private final String url;
    private final Properties properties = new Properties();
    private final LongSupplier epochMs;
    private final LongSupplier nanoTime;
    private final CatalogKeeper keeper;
    private final Thread follower =
            Thread.ofPlatform().daemon().name("tenant-directory").unstarted(this::follow);
    private final CountDownLatch loaded = new CountDownLatch(1);
    private volatile TenantCatalog catalog = TenantCatalog.EMPTY;
    private volatile StorageState storage = StorageState.EMPTY;
    private volatile @Nullable CatalogConnection connection;
    private volatile boolean closed;
    private long storageReadNanos;
    private long nextChangeNanos;
    private boolean changeScheduled;

    /// @param epochMs the time by which keys expire
    /// @param nanoTime the monotonic clock
    /// @param keeper gets what was loaded
    public PostgresTenantDirectory(
            String url,
            String user,
            @Nullable String password,
            LongSupplier epochMs,
            LongSupplier nanoTime,
            CatalogKeeper keeper) {
        this.url = url;
        this.epochMs = epochMs;
        this.nanoTime = nanoTime;
        this.keeper = keeper;
        PGProperty.USER.set(properties, user);
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        CatalogConnection.limitConnecting(properties);
    }

    /// Begins to load the catalog, again and again until it succeeds, and follows it from then on. Called once.
    public void start() {
        follower.start();
    }

    /// The same, with something to go on until the catalog is loaded. Called instead of [#start], or after it, while
    /// nothing is loaded; what was loaded in between wins.
    public synchronized void serve(CatalogCopy copy) {
        if (!isLoaded()) {
            catalog = copy.catalog();
            storage = copy.storage();
        }
    }

    /// Returns whether the catalog was loaded from the database within that time.
    public boolean awaitLoad(Duration atMost) throws InterruptedException {
        return loaded.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether the catalog held was loaded from the database by this process.
    public boolean isLoaded() {
        return loaded.getCount() == 0;
    }

    @Override
    public TenantLookup find(String presentedKey) {
        return catalog.find(presentedKey, epochMs.getAsLong());
    }

    @Override
    public TenantLookup findTenant(String tenantId) {
        return catalog.findTenant(tenantId);
    }

    @Override
    public TenantDirectory forOneThread() {
        return new VerifiedKeys(() -> catalog, epochMs);
    }

    @Override
    public long storedBytes(Tenant tenant) {
        return storage.storedBytes(tenant);
    }

    /// Revision of the catalog held; 0 for none.
    public long revision() {
        return catalog.revision();
    }

    private void follow() {
        while (!closed) {
            CatalogConnection held = connection;
            try {
                if (held == null) {
                    CatalogConnection opened = CatalogConnection.open(url, properties);
                    connection = opened;
                    reload(opened);
                } else {
                    lookForChanges(held);
                }
            } catch (SQLException | RuntimeException failure) {
                disconnect();
                report(failure);
                // A connection that had worked is replaced at once: a key may have been revoked meanwhile.
                if (held == null && !pause(POLL_MS)) {
                    break;
                }
            }
        }
        disconnect();
    }

    private void lookForChanges(CatalogConnection listening) throws SQLException {
        listening.awaitNotification(POLL_MS);
        if (closed) {
            return;
        }
        if (isChangeDue() || listening.revision() != catalog.revision()) {
            reload(listening);
            if (!pause(LOAD_GAP_MS)) {
                return;
            }
        }
        if (nanoTime.getAsLong() - storageReadNanos >= TimeUnit.MILLISECONDS.toNanos(STORAGE_POLL_MS)) {
            take(catalog, listening.storage());
        }
    }

    private void report(Exception failure) {
        if (!closed) {
            LOG.warn(
                    "the tenant catalog cannot be read, revision {} stays in use: {}",
                    catalog.revision(),
                    failure.toString());
        }
    }

    /// Returns false when the directory closes.
    private boolean pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
            return !closed;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isChangeDue() {
        return changeScheduled && nanoTime.getAsLong() - nextChangeNanos >= 0;
    }

    private void reload(CatalogConnection from) throws SQLException {
        CatalogQuery.Loaded fresh = from.load(catalog);
        take(fresh.catalog(), from.storage());
        changeScheduled = fresh.untilNextChangeMs() != Long.MAX_VALUE;
        nextChangeNanos = nanoTime.getAsLong()
                + TimeUnit.MILLISECONDS.toNanos(Math.min(fresh.untilNextChangeMs(), TimeUnit.DAYS.toMillis(365)));
        LOG.debug("tenant catalog of revision {} loaded", fresh.catalog().revision());
    }

    private synchronized void take(TenantCatalog fresh, StorageState freshStorage) {
        catalog = fresh;
        storage = freshStorage;
        storageReadNanos = nanoTime.getAsLong();
        keeper.offer(fresh, freshStorage);
        loaded.countDown();
    }

    private void disconnect() {
        CatalogConnection held = connection;
        connection = null;
        if (held != null) {
            held.abort();
        }
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        disconnect();
        try {
            follower.join(STOP_MS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
