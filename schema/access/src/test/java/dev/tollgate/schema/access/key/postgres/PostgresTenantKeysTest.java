package dev.tollgate.schema.access.key.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.database.LoginRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PostgresTenantKeysTest extends LiveKeysContract {

    private static final String TENANT = "tenant-with-keys";

    PostgresTenantKeysTest() {
        super("api_keys", LoginRole.INGEST, database -> new PostgresTenantKeys(database)::find);
    }

    @Test
    void findsTheTenantOfALiveKeyAndWhatItMayDo() throws SQLException {
        ApiKey.Presented key = added();
        TenantKey found = new PostgresTenantKeys(AccessDatabase.as(LoginRole.INGEST))
                .find(key.text())
                .orElseThrow();
        assertThat(found).isEqualTo(new TenantKey(key.id(), TENANT, Set.of(Scope.EVENTS_WRITE, Scope.TRAFFIC)));
        assertThat(found.has(Scope.USAGE_READ)).isFalse();
    }

    @Override
    ApiKey.Presented added() throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN);
                PreparedStatement tenant = admin.prepareStatement(
                        "INSERT INTO tenants (tenant_id, display_name, created_by) VALUES (?, ?, 'test')"
                                + " ON CONFLICT DO NOTHING");
                PreparedStatement add = admin.prepareStatement(
                        "INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by)"
                                + " VALUES (?, ?, '{traffic,events:write}', ?, 'test')")) {
            tenant.setString(1, TENANT);
            tenant.setString(2, TENANT);
            tenant.executeUpdate();
            add.setString(1, key.id());
            add.setString(2, TENANT);
            add.setBytes(3, key.hash());
            add.executeUpdate();
        }
        return key;
    }
}
