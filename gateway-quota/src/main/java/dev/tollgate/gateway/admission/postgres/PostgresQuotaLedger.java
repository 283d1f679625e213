package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.UsageAnswer;
import dev.tollgate.gateway.admission.UsageBooking;
import dev.tollgate.gateway.admission.UsageLedger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger of `tollgate.exchange_leases` and `tollgate.book_usage` over one connection of its own: one autocommit
/// statement per call. A broken connection is replaced at the next call; the caller's breaker paces that.
///
/// Used by one thread; only [#close] may come from another.
public final class PostgresQuotaLedger implements QuotaLedger, UsageLedger, AutoCloseable {

    private static final String EXCHANGE =
            "SELECT * FROM tollgate.exchange_leases(" + LeaseExchangeCall.ARGUMENTS + ")";
    private static final String BOOK = "SELECT * FROM tollgate.book_usage(" + UsageBookingCall.ARGUMENTS + ")";
    private static final String ATTEND = "SELECT tollgate.attend_gateway(?)";
    private static final String LEAVE = "SELECT tollgate.leave_gateway(?)";
    private static final Logger LOG = LoggerFactory.getLogger(PostgresQuotaLedger.class);

    private final LedgerConnection connection;
    private final String gateway;

    /// @param url JDBC URL of the database
    /// @param gateway names this process in the ledger; no two processes, also not one after another, share a name
    public PostgresQuotaLedger(String url, String user, @Nullable String password, String gateway) {
        this.connection = new LedgerConnection(url, user, password);
        this.gateway = gateway;
    }

    @Override
    public List<LeaseGrant> exchange(List<LeaseWant> wants) throws LedgerUnavailableException {
        try {
            return connection.run(EXCHANGE, call -> {
                LeaseExchangeCall.bind(call, 1, gateway, wants);
                try (ResultSet rows = call.executeQuery()) {
                    return LeaseExchangeCall.read(rows, wants.size());
                }
            });
        } catch (SQLException failure) {
            throw new LedgerUnavailableException("no answer from the quota ledger: " + failure.getMessage(), failure);
        }
    }

    @Override
    public List<UsageAnswer> book(List<UsageBooking> bookings) throws LedgerUnavailableException {
        if (bookings.size() > BOOKINGS_MAX) {
            throw new IllegalArgumentException(bookings.size() + " bookings in one call");
        }
        try {
            return connection.runPatiently(BOOK, call -> {
                UsageBookingCall.bind(call, 1, gateway, bookings);
                try (ResultSet rows = call.executeQuery()) {
                    return UsageBookingCall.read(rows, bookings.size());
                }
            });
        } catch (SQLException failure) {
            throw new LedgerUnavailableException("usage was perhaps not booked: " + failure.getMessage(), failure);
        }
    }

    @Override
    public int attend() throws LedgerUnavailableException {
        try {
            return connection.runPatiently(ATTEND, call -> {
                call.setString(1, gateway);
                try (ResultSet row = call.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            });
        } catch (SQLException failure) {
            throw new LedgerUnavailableException(
                    "the quota ledger names no gateways: " + failure.getMessage(), failure);
        }
    }

    /// Tells the ledger that this gateway is gone, if it is within reach; else it is forgotten for its silence.
    @Override
    public void close() {
        if (connection.isOpen()) {
            try {
                connection.runPatiently(LEAVE, call -> {
                    call.setString(1, gateway);
                    return call.execute();
                });
            } catch (SQLException failure) {
                LOG.debug("the quota ledger was not told that the gateway leaves", failure);
            }
        }
        connection.close();
    }
}
