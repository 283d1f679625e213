package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection that listens for changes of the catalog and reads it. A connection on which nothing comes back, be
/// it that the server hangs or that the network lost it, fails after the bounds below.
///
/// Used by one thread; [#abort] may be called by others.
final class CatalogConnection {

    /// The longest silence of the server while it is asked for the revision.
    static final int ASK_MS_MAX = 1_500;

    /// The longest silence of the server while it sends the catalog.
    static final int LOAD_MS_MAX = 3_000;

    private static final int CONNECT_SECONDS_MAX = 2;
    private static final String CHANNEL = "tollgate_catalog";
    private static final Logger LOG = LoggerFactory.getLogger(CatalogConnection.class);

    private final Connection connection;

    private CatalogConnection(Connection connection) {
        this.connection = connection;
    }

    /// Adds the bounds of connecting to a user's properties.
    static void limitConnecting(Properties properties) {
        PGProperty.APPLICATION_NAME.set(properties, "tollgate-gateway-directory");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS_MAX);
        PGProperty.LOGIN_TIMEOUT.set(properties, CONNECT_SECONDS_MAX);
    }

    static CatalogConnection open(String url, Properties properties) throws SQLException {
        Connection opened = new Driver().connect(url, properties);
        if (opened == null) {
            throw new SQLException("the driver does not know the URL " + url);
        }
        CatalogConnection listening = new CatalogConnection(opened);
        try (Statement statement = opened.createStatement()) {
            listening.bound(ASK_MS_MAX);
            statement.execute("LISTEN " + CHANNEL);
            return listening;
        } catch (SQLException failed) {
            listening.abort();
            throw failed;
        }
    }

    /// Returns at the first notification or after that time.
    void awaitNotification(int waitMsMax) throws SQLException {
        PGConnection notified = connection.unwrap(PGConnection.class);
        if (notified.getNotifications(waitMsMax) == null) {
            LOG.trace("no notification");
        }
    }

    long revision() throws SQLException {
        bound(ASK_MS_MAX);
        return CatalogQuery.revision(connection);
    }

    StorageState storage() throws SQLException {
        bound(LOAD_MS_MAX);
        return CatalogQuery.storage(connection);
    }

    CatalogQuery.Loaded load(TenantCatalog before) throws SQLException {
        bound(LOAD_MS_MAX);
        return CatalogQuery.load(connection, before);
    }

    private void bound(int silenceMsMax) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, silenceMsMax);
    }

    /// Ends the connection without a word to the server, which may not be there.
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException failure) {
            LOG.debug("ending the directory's connection failed", failure);
        }
    }
}
