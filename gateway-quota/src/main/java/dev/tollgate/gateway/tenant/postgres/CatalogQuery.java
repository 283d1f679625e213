package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.KeyEntry;
import dev.tollgate.gateway.tenant.SharedValues;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the whole catalog in one snapshot of the database.
final class CatalogQuery {

    private static final int FETCH_ROWS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(CatalogQuery.class);

    /// @param untilNextChangeMs [Long#MAX_VALUE] when no change is scheduled
    record Loaded(TenantCatalog catalog, long untilNextChangeMs) {}

    private final Statement statement;
    private final SharedValues shared;
    private final RoutePolicyTable routePolicies;
    private final Map<String, ZoneId> zones = new HashMap<>();
    private final Map<String, Tenant> tenants;
    private final Set<String> inactive = new HashSet<>();
    private final Map<String, KeyEntry> keys;

    private CatalogQuery(Statement statement, TenantCatalog before) {
        this.statement = statement;
        this.shared = new SharedValues(before);
        this.routePolicies = new RoutePolicyTable(shared);
        this.tenants = HashMap.newHashMap(before.tenants().size());
        this.keys = HashMap.newHashMap(before.keys().size());
    }

    static long revision(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogSql.REVISION)) {
            if (!row.next()) {
                throw new SQLException("catalog_revision is empty");
            }
            return row.getLong(1);
        }
    }

    static StorageState storage(Connection connection) throws SQLException {
        Map<String, Long> bytes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogSql.STORAGE)) {
            while (row.next()) {
                bytes.put(row.getString(1), row.getLong(2));
            }
        }
        return new StorageState(bytes);
    }

    /// Leaves the connection in autocommit mode.
    ///
    /// @param before the catalog in use; what did not change is taken over from it
    static Loaded load(Connection connection, TenantCatalog before) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.setFetchSize(FETCH_ROWS);
            Loaded loaded = new CatalogQuery(statement, before).load(revision(connection));
            connection.commit();
            return loaded;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Loaded load(long revision) throws SQLException {
        try (ResultSet row = statement.executeQuery(CatalogSql.ROUTE_POLICIES)) {
            while (row.next()) {
                routePolicies.add(row.getString(1), row.getString(2), policy(row, 3, QuotaPolicy.UNLIMITED));
            }
        }
        try (ResultSet row = statement.executeQuery(CatalogSql.TENANTS)) {
            while (row.next()) {
                addTenant(row);
            }
        }
        try (ResultSet row = statement.executeQuery(CatalogSql.KEYS)) {
            while (row.next()) {
                addKey(row);
            }
        }
        try (ResultSet row = statement.executeQuery(CatalogSql.NEXT_CHANGE)) {
            long next = row.next() ? row.getLong(1) : 0;
            TenantCatalog catalog = new TenantCatalog(revision, tenants, inactive, keys);
            return new Loaded(catalog, next == 0 ? Long.MAX_VALUE : next);
        }
    }

    private void addTenant(ResultSet row) throws SQLException {
        String tenantId = row.getString(1);
        if ("active".equals(row.getString(2))) {
            Tenant tenant = shared.tenant(new Tenant(
                    tenantId,
                    zone(tenantId, row.getString(3)),
                    policy(row, 4, 0),
                    routePolicies.of(tenantId),
                    row.getLong(11),
                    row.getLong(12),
                    shared.features(features(row, 13))));
            tenants.put(tenant.tenantId(), tenant);
        } else {
            inactive.add(tenantId);
        }
        requireAtMost(TenantCatalog.TENANTS_MAX, tenants.size() + inactive.size(), "tenants");
    }

    /// @param first the first of seven columns
    /// @param absent what a limit without a value is
    private QuotaPolicy policy(ResultSet row, int first, long absent) throws SQLException {
        return shared.policy(new QuotaPolicy(
                limit(row, first, absent),
                limit(row, first + 1, absent),
                limit(row, first + 2, absent),
                limit(row, first + 3, absent),
                Enforcement.of(row.getString(first + 4)),
                LedgerFallback.of(row.getString(first + 5)),
                LedgerFallback.of(row.getString(first + 6))));
    }

    private static long limit(ResultSet row, int column, long absent) throws SQLException {
        long limit = row.getLong(column);
        return row.wasNull() ? absent : limit;
    }

    private static Set<String> features(ResultSet row, int first) throws SQLException {
        Set<String> features = new HashSet<>();
        for (Feature feature : Feature.values()) {
            if (row.getBoolean(first + feature.ordinal())) {
                features.add(feature.featureName());
            }
        }
        return features;
    }

    /// The ledger counts an unknown zone as UTC too.
    private ZoneId zone(String tenantId, String name) {
        ZoneId known = zones.get(name);
        if (known != null) {
            return known;
        }
        try {
            ZoneId zone = ZoneId.of(name);
            zones.put(name, zone);
            return zone;
        } catch (DateTimeException unknown) {
            LOG.warn("tenant {} has an unknown time zone, {}; its days are counted in UTC", tenantId, name);
            return ZoneOffset.UTC;
        }
    }

    private void addKey(ResultSet row) throws SQLException {
        long expiresAtMs = row.getLong(5);
        boolean lasting = row.wasNull();
        String tenantId = row.getString(2);
        KeyEntry entry = shared.key(
                new KeyEntry(
                        row.getString(1),
                        tenantId,
                        row.getBytes(3),
                        row.getBoolean(4),
                        lasting ? Long.MAX_VALUE : expiresAtMs),
                tenants.get(tenantId));
        keys.put(entry.keyId(), entry);
        requireAtMost(TenantCatalog.KEYS_MAX, keys.size(), "keys");
    }

    private static void requireAtMost(int max, int count, String what) throws SQLException {
        if (count > max) {
            throw new SQLException("more than " + max + " " + what + " in the catalog");
        }
    }
}
