package dev.tollgate.schema.access.key.postgres;

import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.key.TenantKeys;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/// Reads `api_keys` at every call. The pool's role must be one that works across tenants.
public final class PostgresTenantKeys implements TenantKeys {

    private final LiveKeys<TenantKey> keys;

    public PostgresTenantKeys(DataSource database) {
        this.keys = new LiveKeys<>(database, "tenant_id, scopes", "api_keys", PostgresTenantKeys::read);
    }

    @Override
    public Optional<TenantKey> find(String presentedKey) {
        return keys.find(presentedKey);
    }

    private static TenantKey read(String keyId, ResultSet row) throws SQLException {
        return new TenantKey(keyId, row.getString("tenant_id"), scopes(row.getArray("scopes")));
    }

    private static Set<Scope> scopes(Array array) throws SQLException {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String scope : (String[]) array.getArray()) {
            Scope.of(scope).ifPresent(scopes::add);
        }
        return scopes;
    }
}
