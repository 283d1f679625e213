package dev.tollgate.schema.access.key.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.database.LoginRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What holds for every kind of keys.
abstract class LiveKeysContract {

    private final String table;
    private final Function<DataSource, Function<String, Optional<?>>> keysIn;
    private final Function<String, Optional<?>> keys;

    /// @param keysIn finds the owner of a key in a database
    LiveKeysContract(String table, LoginRole reader, Function<DataSource, Function<String, Optional<?>>> keysIn) {
        this.table = table;
        this.keysIn = keysIn;
        this.keys = keysIn.apply(AccessDatabase.as(reader));
    }

    /// Stores a new key.
    abstract ApiKey.Presented added() throws SQLException;

    @Test
    void findsNobodyForAWrongSecretAnUnknownIdOrNoKeyAtAll() throws SQLException {
        ApiKey.Presented key = added();
        ApiKey.Presented other = ApiKey.generate(new SecureRandom());
        assertThat(keys.apply(new ApiKey.Presented(key.id(), other.secret()).text()))
                .isEmpty();
        assertThat(keys.apply(other.text())).isEmpty();
        assertThat(keys.apply("' OR true --")).isEmpty();
    }

    @Test
    void aRevokedOrExpiredKeyCountsNoMoreAtOnce() throws SQLException {
        for (String column : new String[] {"revoked_at", "expires_at"}) {
            ApiKey.Presented key = added();
            assertThat(keys.apply(key.text())).isPresent();
            try (Connection admin = AccessDatabase.connect(LoginRole.ADMIN);
                    PreparedStatement end = admin.prepareStatement(
                            "UPDATE " + table + " SET " + column + " = clock_timestamp() WHERE key_id = ?")) {
                end.setString(1, key.id());
                assertThat(end.executeUpdate()).isEqualTo(1);
            }
            assertThat(keys.apply(key.text())).as(column).isEmpty();
        }
    }

    @Test
    void saysWhenItCannotTell() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setServerNames(new String[] {"127.0.0.1"});
        nowhere.setPortNumbers(new int[] {1});
        String key = ApiKey.generate(new SecureRandom()).text();
        assertThatThrownBy(() -> keysIn.apply(nowhere).apply(key)).isInstanceOf(KeysUnavailableException.class);
    }
}
