package dev.tollgate.quickstart;

import dev.tollgate.quickstart.sample.SampleTenant;
import dev.tollgate.schema.access.key.ApiKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;

/// Puts the sample tenants and the staff's keys into a migrated database. Doing so again changes nothing.
public final class Seed {

    private static final String ACTOR = "quickstart";

    private final DataSource database;
    private final Secrets secrets;

    /// @param database a role that may register tenants and keys across tenants
    public Seed(DataSource database, Secrets secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /// Registers tenants with their plan from a day on, and one traffic key each.
    public void tenants(List<SampleTenant> tenants, LocalDate from) {
        try (Connection connection = database.getConnection()) {
            for (SampleTenant tenant : tenants) {
                register(connection, tenant, from);
                tenantKey(connection, tenant.tenantId());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot register the sample tenants", failed);
        }
    }

    /// The key of staff that may start billing runs and look at everything.
    public void operatorKey(String name) {
        ApiKey.Presented key = ApiKey.parse(secrets.apiKey(name)).orElseThrow();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO operator_keys (key_id, name, roles, secret_hash)
                        VALUES (?, ?, '{FINANCE,OPERATOR,AUDITOR}', ?) ON CONFLICT (key_id) DO NOTHING""")) {
            insert.setString(1, key.id());
            insert.setString(2, name);
            insert.setBytes(3, key.hash());
            insert.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot store the key of " + name, failed);
        }
    }

    private void register(Connection connection, SampleTenant tenant, LocalDate from) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("SELECT tollgate.register_tenant(?, ?, 'UTC', ?, ?, NULL, ?)")) {
            call.setString(1, tenant.tenantId());
            call.setString(2, tenant.displayName());
            call.setString(3, tenant.planId());
            call.setObject(4, from);
            call.setString(5, ACTOR);
            call.execute();
        }
    }

    private void tenantKey(Connection connection, String tenantId) throws SQLException {
        ApiKey.Presented key = ApiKey.parse(secrets.apiKey(tenantId)).orElseThrow();
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by)
                VALUES (?, ?, '{traffic,usage:read}', ?, ?) ON CONFLICT (key_id) DO NOTHING""")) {
            insert.setString(1, key.id());
            insert.setString(2, tenantId);
            insert.setBytes(3, key.hash());
            insert.setString(4, ACTOR);
            insert.executeUpdate();
        }
    }
}
