package dev.tollgate.schema.access.tenant.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.tenant.TenantContextSigner;
import dev.tollgate.schema.database.LoginRole;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenantTransactionTest {

    private static final Instant FAR_FUTURE = Instant.parse("2999-01-01T00:00:00Z");
    private static final String REFUSED = "28000";

    private final TenantContextSigner signer = new TenantContextSigner(AccessDatabase.contextKey());

    @Test
    void aSignedContextStandsUntilTheTransactionEnds() throws SQLException {
        try (Connection connection = tenantConnection()) {
            assertThat(currentTenant(connection)).isNull();
            TenantTransaction.enter(connection, signer.sign("acme", FAR_FUTURE));
            assertThat(currentTenant(connection)).isEqualTo("acme");
            connection.commit();
            assertThat(currentTenant(connection)).isNull();
        }
    }

    @Test
    void aForgedOrExpiredContextIsRefused() throws SQLException {
        String token = signer.sign("acme", FAR_FUTURE);
        String[] refused = {
            token.replace("acme", "globex"),
            token.substring(0, token.length() - 1),
            new TenantContextSigner(new byte[32]).sign("acme", FAR_FUTURE),
            signer.sign("acme", Instant.EPOCH),
            "",
        };
        try (Connection connection = tenantConnection()) {
            for (String bad : refused) {
                assertThatThrownBy(() -> TenantTransaction.enter(connection, bad))
                        .as(bad)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
                connection.rollback();
                assertThat(currentTenant(connection)).isNull();
            }
        }
    }

    @Test
    void aContextNeedsATransaction() throws SQLException {
        try (Connection connection = AccessDatabase.connect(LoginRole.TENANT)) {
            String token = signer.sign("acme", FAR_FUTURE);
            assertThatThrownBy(() -> TenantTransaction.enter(connection, token))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void signsAsTheContractSays() {
        String key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        String token = TenantContextSigner.fromHex(key).sign("acme", Instant.ofEpochSecond(1_795_489_349, 999));
        assertThat(token).isEqualTo("acme|1795489349|0b753a4674b7ef2ae35f6935da39a3e1b89b0a9c1846d60a0f5af9fd44689e5e");
        assertThatThrownBy(() -> TenantContextSigner.fromHex(HexFormat.of().formatHex(new byte[31])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> signer.sign("a|b", FAR_FUTURE)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Connection tenantConnection() throws SQLException {
        Connection connection = AccessDatabase.connect(LoginRole.TENANT);
        connection.setAutoCommit(false);
        return connection;
    }

    private static @Nullable String currentTenant(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT tollgate.current_tenant()")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
