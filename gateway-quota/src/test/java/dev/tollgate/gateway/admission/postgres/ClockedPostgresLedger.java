package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.ClockedLedger;
import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.UsageAnswer;
import dev.tollgate.gateway.admission.UsageBooking;
import dev.tollgate.gateway.admission.UsageLedger;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The real functions with the clock as an argument, on one connection of the superuser.
public final class ClockedPostgresLedger implements ClockedLedger {

    static final String EXCHANGE = "tollgate.exchange_leases_at";
    static final String BOOK = "tollgate.book_usage_at";

    private static final List<String> OUR_TABLES =
            List.of("quota_ledger", "quota_bookings", "quota_gateways", "tenant_route_policies", "route_policies");

    private final Connection connection;
    private final PreparedStatement exchange;
    private final PreparedStatement book;
    private final PreparedStatement attend;
    private long clockUs;

    public ClockedPostgresLedger(GatewayDatabase database) throws SQLException {
        this(database, EXCHANGE, BOOK);
    }

    /// @param exchangeFunction the function of exchanges with the clock as its first argument
    /// @param bookFunction the same of bookings
    public ClockedPostgresLedger(GatewayDatabase database, String exchangeFunction, String bookFunction)
            throws SQLException {
        connection = database.connect();
        exchange = prepare(exchangeFunction, LeaseExchangeCall.ARGUMENTS);
        book = prepare(bookFunction, UsageBookingCall.ARGUMENTS);
        attend = connection.prepareStatement("SELECT tollgate.attend_gateway_at(?, ?)");
    }

    private PreparedStatement prepare(String function, String arguments) throws SQLException {
        return connection.prepareStatement("SELECT * FROM " + function + "(?, " + arguments + ")");
    }

    @Override
    public void setClock(Instant now) {
        clockUs = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    @Override
    public void setLimits(String tenantId, ZoneId zone, Limits limits) {
        try (PreparedStatement tenant = connection.prepareStatement(
                        "INSERT INTO tenants (tenant_id, display_name, time_zone, created_by) VALUES (?, ?, ?, 'test') "
                                + "ON CONFLICT (tenant_id) DO UPDATE SET time_zone = excluded.time_zone");
                PreparedStatement quotas = connection.prepareStatement(
                        "WITH gone AS (DELETE FROM tenant_quotas WHERE tenant_id = ? RETURNING 1) SELECT count(*) FROM gone");
                PreparedStatement fresh = connection.prepareStatement("INSERT INTO tenant_quotas (tenant_id, "
                        + "requests_per_minute, requests_per_hour, requests_per_day, requests_per_month, valid_period, "
                        + "created_by) VALUES (?, ?, ?, ?, ?, '[2000-01-01,)', 'test')")) {
            tenant.setString(1, tenantId);
            tenant.setString(2, tenantId);
            tenant.setString(3, zone.getId());
            tenant.execute();
            quotas.setString(1, tenantId);
            quotas.execute();
            fresh.setString(1, tenantId);
            fresh.setLong(2, limits.minute());
            fresh.setLong(3, limits.hour());
            fresh.setLong(4, limits.day());
            fresh.setLong(5, limits.month());
            fresh.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void setDbQueriesPerHour(String tenantId, long limit) {
        change(
                "UPDATE tenant_quotas SET db_queries_per_hour = ?::bigint WHERE tenant_id = ?",
                Long.toString(limit),
                tenantId);
    }

    @Override
    public void setRoutePolicy(String tenantId, String policy, @Nullable Limits limits) {
        String json = limits == null ? null : json(limits);
        if (tenantId.isEmpty()) {
            change("SELECT tollgate.set_route_policy(?, ?::jsonb, 'test')", policy, json);
        } else {
            change("SELECT tollgate.set_tenant_route_policy(?, ?, ?::jsonb, 'test')", tenantId, policy, json);
        }
    }

    /// Empties the ledger, and removes all route policies.
    public void forgetAll() {
        OUR_TABLES.forEach(table -> change("DELETE FROM " + table));
    }

    private void change(String sql, @Nullable String... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            statement.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String json(Limits limits) {
        return Stream.of(QuotaWindow.values())
                .filter(window -> limits.of(window) < QuotaPolicy.UNLIMITED)
                .map(window -> "\"" + window.quotaType() + "\": " + limits.of(window))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    public QuotaLedger as(String gateway) {
        return wants -> call(gateway, wants);
    }

    @Override
    public UsageLedger usageAs(String gateway) {
        return new UsageLedger() {
            @Override
            public int attend() throws LedgerUnavailableException {
                return callAttend(gateway);
            }

            @Override
            public List<UsageAnswer> book(List<UsageBooking> bookings) throws LedgerUnavailableException {
                return callBook(gateway, bookings);
            }
        };
    }

    private int callAttend(String gateway) throws LedgerUnavailableException {
        try {
            attend.setLong(1, clockUs);
            attend.setString(2, gateway);
            try (ResultSet row = attend.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException failed) {
            throw new LedgerUnavailableException("attending failed", failed);
        }
    }

    private List<UsageAnswer> callBook(String gateway, List<UsageBooking> bookings) throws LedgerUnavailableException {
        try {
            book.setLong(1, clockUs);
            UsageBookingCall.bind(book, 2, gateway, bookings);
            try (ResultSet rows = book.executeQuery()) {
                return UsageBookingCall.read(rows, bookings.size());
            }
        } catch (SQLException failed) {
            throw new LedgerUnavailableException("the booking failed", failed);
        }
    }

    private List<LeaseGrant> call(String gateway, List<LeaseWant> wants) throws LedgerUnavailableException {
        try {
            exchange.setLong(1, clockUs);
            LeaseExchangeCall.bind(exchange, 2, gateway, wants);
            try (ResultSet rows = exchange.executeQuery()) {
                return LeaseExchangeCall.read(rows, wants.size());
            }
        } catch (SQLException failed) {
            throw new LedgerUnavailableException("the exchange failed", failed);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
