package dev.tollgate.gateway.admission.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger's one connection: opened and warmed up when first needed, replaced after it broke, impatient unless told
/// otherwise.
///
/// Used by one thread; only [#close] may come from another.
final class LedgerConnection implements AutoCloseable {

    /// The database gives up an exchange that takes longer: requests wait for it.
    static final int STATEMENT_TIMEOUT_MS = 40;

    /// A connection on which nothing came for this long is given up.
    static final int NETWORK_TIMEOUT_MS = 250;

    /// The same two for what no request waits for. It still holds the exchanging thread, so it is short.
    static final int PATIENT_STATEMENT_TIMEOUT_MS = 1_000;

    static final int PATIENT_NETWORK_TIMEOUT_MS = 1_250;

    static final int WARM_UP_TIMEOUT_MS = 5_000;

    static final int CONNECT_TIMEOUT_SECONDS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(LedgerConnection.class);

    /// What is done over the connection.
    @FunctionalInterface
    interface Work<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    /// A connection and what was prepared on it.
    private record Session(Connection connection, Map<String, PreparedStatement> statements) {

        PreparedStatement statement(String sql) throws SQLException {
            PreparedStatement held = statements.get(sql);
            if (held == null) {
                held = connection.prepareStatement(sql);
                statements.put(sql, held);
            }
            return held;
        }

        void setTimeouts(int statementMs, int networkMs) throws SQLException {
            connection.setNetworkTimeout(Runnable::run, networkMs);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET statement_timeout = " + statementMs);
            }
        }
    }

    private final String url;
    private final Properties properties = new Properties();
    private volatile @Nullable Session session;

    LedgerConnection(String url, String user, @Nullable String password) {
        this.url = url;
        PGProperty.USER.set(properties, user);
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "tollgate-gateway-ledger");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.PREPARE_THRESHOLD.set(properties, 1);
        PGProperty.TCP_NO_DELAY.set(properties, true);
        PGProperty.OPTIONS.set(properties, "-c default_transaction_isolation=read\\ committed");
    }

    /// Runs a statement on which requests wait.
    <T> T run(String sql, Work<T> work) throws SQLException {
        try {
            return work.run(open().statement(sql));
        } catch (SQLException failure) {
            closeIfBroken(failure);
            throw failure;
        }
    }

    /// Runs a statement on which no request waits.
    <T> T runPatiently(String sql, Work<T> work) throws SQLException {
        try {
            Session held = open();
            held.setTimeouts(PATIENT_STATEMENT_TIMEOUT_MS, PATIENT_NETWORK_TIMEOUT_MS);
            T result = work.run(held.statement(sql));
            held.setTimeouts(STATEMENT_TIMEOUT_MS, NETWORK_TIMEOUT_MS);
            return result;
        } catch (SQLException failure) {
            closeIfBroken(failure);
            beImpatient();
            throw failure;
        }
    }

    boolean isOpen() {
        return session != null;
    }

    private Session open() throws SQLException {
        Session held = session;
        if (held != null) {
            return held;
        }
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know the URL " + url);
        }
        Session opened = new Session(connection, new HashMap<>());
        session = opened;
        try {
            warmUp(opened);
        } catch (SQLException failure) {
            close();
            throw failure;
        }
        return opened;
    }

    /// The first calls of a connection are slow; they must not run into the time limit of the others.
    private static void warmUp(Session opened) throws SQLException {
        opened.setTimeouts(WARM_UP_TIMEOUT_MS, WARM_UP_TIMEOUT_MS);
        try (Statement statement = opened.connection().createStatement()) {
            statement.execute("SELECT tollgate.warm_exchange()");
        }
        opened.setTimeouts(STATEMENT_TIMEOUT_MS, NETWORK_TIMEOUT_MS);
    }

    /// A connection that stayed patient would let requests wait too long: then it is given up.
    private void beImpatient() {
        Session held = session;
        if (held != null) {
            try {
                held.setTimeouts(STATEMENT_TIMEOUT_MS, NETWORK_TIMEOUT_MS);
            } catch (SQLException failure) {
                LOG.debug("the ledger's connection is given up: its time limits stay wrong", failure);
                close();
            }
        }
    }

    /// A statement that the database itself gave up leaves a good connection behind; a call that never came back
    /// does not.
    private void closeIfBroken(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.startsWith("08") || state.startsWith("57P") || isClosed()) {
            close();
        }
    }

    private boolean isClosed() {
        Session held = session;
        try {
            return held == null || held.connection().isClosed();
        } catch (SQLException unknown) {
            LOG.debug("cannot tell the state of the ledger's connection", unknown);
            return true;
        }
    }

    @Override
    public void close() {
        Session held = session;
        session = null;
        if (held != null) {
            try {
                held.connection().close();
            } catch (SQLException failure) {
                LOG.debug("closing the ledger's connection failed", failure);
            }
        }
    }
}
