package dev.tollgate.schema.access.key.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.database.LoginRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresOperatorKeysTest {

    private static final Operator FIONA = new Operator("fiona", Set.of(Role.FINANCE, Role.AUDITOR));

    private final PostgresOperatorKeys keys = new PostgresOperatorKeys(AccessDatabase.as(LoginRole.BILLING));

    @Test
    void findsTheOwnerOfALiveKey() throws SQLException {
        ApiKey.Presented key = added();
        assertThat(keys.find(key.text())).contains(FIONA);
        assertThat(FIONA.has(Role.FINANCE)).isTrue();
        assertThat(FIONA.has(Role.OPERATOR)).isFalse();
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
            assertThat(keys.find(key.text())).contains(FIONA);
            try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN);
                    PreparedStatement end = admin.prepareStatement(
                            "UPDATE operator_keys SET " + column + " = clock_timestamp() WHERE key_id = ?")) {
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
        assertThatThrownBy(() -> new PostgresOperatorKeys(nowhere).find(key))
                .isInstanceOf(KeysUnavailableException.class);
    }

    private static ApiKey.Presented added() throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN)) {
            PostgresOperatorKeys.add(admin, key, FIONA);
        }
        return key;
    }
}
