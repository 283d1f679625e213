package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.ClockedLedger;
import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.QuotaLedger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// The real function with the clock as an argument, on one connection of the superuser.
public final class ClockedPostgresLedger implements ClockedLedger {

    private final Connection connection;
    private final PreparedStatement exchange;
    private long clockUs;

    /// @param function the function with the clock as its first argument
    public ClockedPostgresLedger(GatewayDatabase database, String function) throws SQLException {
        connection = database.connect();
        exchange =
                connection.prepareStatement("SELECT * FROM " + function + "(?, " + LeaseExchangeCall.ARGUMENTS + ")");
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

    /// Empties the ledger.
    public void forgetAll() {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM quota_ledger")) {
            delete.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public QuotaLedger as(String gateway) {
        return wants -> call(gateway, wants);
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
