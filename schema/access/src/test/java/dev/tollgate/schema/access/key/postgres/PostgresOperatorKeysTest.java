package dev.tollgate.schema.access.key.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.database.LoginRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PostgresOperatorKeysTest extends LiveKeysContract {

    private static final Operator FIONA = new Operator("fiona", Set.of(Role.FINANCE, Role.AUDITOR));

    PostgresOperatorKeysTest() {
        super("operator_keys", LoginRole.BILLING, database -> new PostgresOperatorKeys(database)::find);
    }

    @Test
    void findsTheOwnerOfALiveKey() throws SQLException {
        ApiKey.Presented key = added();
        assertThat(new PostgresOperatorKeys(AccessDatabase.as(LoginRole.BILLING)).find(key.text()))
                .contains(FIONA);
        assertThat(FIONA.has(Role.FINANCE)).isTrue();
        assertThat(FIONA.has(Role.OPERATOR)).isFalse();
    }

    @Override
    ApiKey.Presented added() throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN)) {
            PostgresOperatorKeys.add(admin, key, FIONA);
        }
        return key;
    }
}
