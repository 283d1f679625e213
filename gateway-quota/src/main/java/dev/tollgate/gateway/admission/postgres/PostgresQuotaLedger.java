package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.QuotaLedger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger of `tollgate.exchange_leases` over one connection of its own: one autocommit statement per exchange.
/// A broken connection is replaced at the next exchange; the caller's breaker paces that.
///
/// Used by one thread; only [#close] may come from another.
public final class PostgresQuotaLedger implements QuotaLedger, AutoCloseable {

    /// The database gives up an exchange that takes longer.
    static final int STATEMENT_TIMEOUT_MS = 40;

    /// A connection on which nothing came for this long is given up.
    static final int NETWORK_TIMEOUT_MS = 250;

    static final int WARM_UP_TIMEOUT_MS = 5_000;

    static final int CONNECT_TIMEOUT_SECONDS = 1;

    private static final String CALL = "SELECT * FROM tollgate.exchange_leases(" + LeaseExchangeCall.ARGUMENTS + ")";
    private static final Logger LOG = LoggerFactory.getLogger(PostgresQuotaLedger.class);

    private final String url;
    private final Properties properties = new Properties();
    private final String gateway;
    private volatile @Nullable Connection connection;
    private @Nullable PreparedStatement statement;

    /// @param url JDBC URL of the database
    /// @param gateway names this process in the ledger; no two processes, also not one after another, share a name
    public PostgresQuotaLedger(String url, String user, @Nullable String password, String gateway) {
        this.url = url;
        this.gateway = gateway;
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

    @Override
    public List<LeaseGrant> exchange(List<LeaseWant> wants) throws LedgerUnavailableException {
        try {
            PreparedStatement call = prepared();
            LeaseExchangeCall.bind(call, 1, gateway, wants);
            try (ResultSet rows = call.executeQuery()) {
                return LeaseExchangeCall.read(rows, wants.size());
            }
        } catch (SQLException failure) {
            if (mustReconnect(failure)) {
                close();
            }
            throw new LedgerUnavailableException("no answer from the quota ledger: " + failure.getMessage(), failure);
        }
    }

    private PreparedStatement prepared() throws SQLException {
        PreparedStatement held = statement;
        if (held != null && connection != null) {
            return held;
        }
        Connection opened = new Driver().connect(url, properties);
        if (opened == null) {
            throw new SQLException("the driver does not know the URL " + url);
        }
        connection = opened;
        statement = null;
        opened.setNetworkTimeout(Runnable::run, WARM_UP_TIMEOUT_MS);
        warmUp(opened);
        opened.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MS);
        PreparedStatement call = opened.prepareStatement(CALL);
        statement = call;
        return call;
    }

    /// The first exchanges of a connection are slow; they must not run into the time limit of the others.
    private static void warmUp(Connection opened) throws SQLException {
        try (Statement statement = opened.createStatement()) {
            statement.execute("SET statement_timeout = " + WARM_UP_TIMEOUT_MS);
            statement.execute("SELECT tollgate.warm_exchange()");
            statement.execute("SET statement_timeout = " + STATEMENT_TIMEOUT_MS);
        }
    }

    /// A statement that the database itself gave up leaves a good connection behind; a call that never came back
    /// does not.
    private boolean mustReconnect(SQLException failure) {
        String state = failure.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P") || isClosed();
    }

    private boolean isClosed() {
        Connection held = connection;
        try {
            return held == null || held.isClosed();
        } catch (SQLException unknown) {
            LOG.debug("cannot tell the state of the ledger's connection", unknown);
            return true;
        }
    }

    @Override
    public void close() {
        Connection held = connection;
        connection = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException failure) {
                LOG.debug("closing the ledger's connection failed", failure);
            }
        }
    }
}
