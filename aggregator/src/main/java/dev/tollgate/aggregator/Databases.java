package dev.tollgate.aggregator;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections as the settings describe them.
final class Databases {

    private static final int CONNECT_TIMEOUT_S = 5;

    /// A server that vanished without a word is noticed after this long.
    private static final int SOCKET_TIMEOUT_S = 60;

    private Databases() {}

    /// A fresh connection at each call.
    static DataSource unpooled(AggregatorProperties.Database database, String applicationName) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.url());
        source.setUser(database.user());
        source.setPassword(database.password());
        source.setApplicationName(applicationName);
        source.setConnectTimeout(CONNECT_TIMEOUT_S);
        source.setSocketTimeout(SOCKET_TIMEOUT_S);
        source.setTcpKeepAlive(true);
        return source;
    }
}
