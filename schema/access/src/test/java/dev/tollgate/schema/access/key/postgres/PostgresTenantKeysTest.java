package dev.tollgate.schema.access.key.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.database.LoginRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresTenantKeysTest {

    private static final String TENANT = "tenant-with-keys";

    private final PostgresTenantKeys keys = new PostgresTenantKeys(AccessDatabase.as(LoginRole.INGEST));

    @Test
    void findsTheTenantOfALiveKeyAndWhatItMayDo() throws SQLException {
        ApiKey.Presented key = added();
        TenantKey found = keys.find(key.text()).orElseThrow();
        assertThat(found).isEqualTo(new TenantKey(key.id(), TENANT, Set.of(Scope.EVENTS_WRITE, Scope.TRAFFIC)));
        assertThat(found.has(Scope.USAGE_READ)).isFalse();
    }

    @Test
    void findsNobodyForAWrongSecretAnUnknownIdOrNoKeyAtAll() throws SQLException {
        ApiKey.Presented key = added();
        ApiKey.Presented other = ApiKey.generate(new SecureRandom());
        assertThat(keys.find(new ApiKey.Presented(key.id(), other.secret()).text()))
                .isEmpty();
        assertThat(keys.find(other.text())).isEmpty();
        assertThat(keys.find("' OR true --")).isEmpty();
    }

    @Test
    void aRevokedOrExpiredKeyCountsNoMoreAtOnce() throws SQLException {
        for (String column : new String[] {"revoked_at", "expires_at"}) {
            ApiKey.Presented key = added();
            assertThat(keys.find(key.text())).isPresent();
            try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN);
                    PreparedStatement end = admin.prepareStatement(
                            "UPDATE api_keys SET " + column + " = clock_timestamp() WHERE key_id = ?")) {
                end.setString(1, key.id());
                assertThat(end.executeUpdate()).isEqualTo(1);
            }
            assertThat(keys.find(key.text())).as(column).isEmpty();
        }
    }

    @Test
    void saysWhenItCannotTell() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setServerNames(new String[] {"127.0.0.1"});
        nowhere.setPortNumbers(new int[] {1});
        String key = ApiKey.generate(new SecureRandom()).text();
        assertThatThrownBy(() -> new PostgresTenantKeys(nowhere).find(key))
                .isInstanceOf(KeysUnavailableException.class);
    }

    private static ApiKey.Presented added() throws SQLException {
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
