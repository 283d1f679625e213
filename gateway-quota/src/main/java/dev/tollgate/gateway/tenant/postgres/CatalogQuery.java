package dev.tollgate.gateway.tenant.postgres;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.KeyEntry;
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

/// Reads the whole catalog in one snapshot. Equal policies and feature sets are shared between tenants.
final class CatalogQuery {

    /// Beyond these the catalog is refused, and the one held stays.
    static final int TENANTS_MAX = 1_000_000;

    static final int KEYS_MAX = 2_000_000;

    private static final int FETCH_ROWS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(CatalogQuery.class);

    private static final String REVISION = "SELECT revision FROM catalog_revision";

    private static final String TENANTS = """
            SELECT t.tenant_id, t.time_zone, t.status, q.requests_per_minute, q.requests_per_hour, q.requests_per_day,
                q.requests_per_month, q.advanced_analytics_enabled, q.ai_features_enabled,
                q.custom_integrations_enabled, coalesce(q.enforcement, 'enforce') AS enforcement,
                coalesce(q.sliding_fallback, 'closed') AS sliding_fallback,
                coalesce(q.calendar_fallback, 'closed') AS calendar_fallback
            FROM tenants t LEFT JOIN tenant_quotas q ON q.tenant_id = t.tenant_id AND q.valid_period @> now()
            """;

    private static final String KEYS = """
            SELECT key_id, tenant_id, secret_hash, 'traffic' = ANY (scopes) AS traffic,
                (extract(epoch FROM expires_at) * 1000)::bigint AS expires_at_ms
            FROM api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """;

    /// Milliseconds until the next row of limits comes into force by the calendar, without a change of the catalog.
    private static final String NEXT_CHANGE = """
            SELECT ceil(extract(epoch FROM min(lower(valid_period)) - now()) * 1000)::bigint
            FROM tenant_quotas WHERE lower(valid_period) > now()
            """;

    /// @param untilNextChangeMs [Long#MAX_VALUE] when no change is scheduled
    record Loaded(TenantCatalog catalog, long untilNextChangeMs) {}

    private final Map<QuotaPolicy, QuotaPolicy> policies = new HashMap<>();
    private final Map<Set<String>, Set<String>> featureSets = new HashMap<>();
    private final Connection connection;

    private CatalogQuery(Connection connection) {
        this.connection = connection;
    }

    static long revision(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(REVISION)) {
            if (!row.next()) {
                throw new SQLException("catalog_revision is empty");
            }
            return row.getLong(1);
        }
    }

    /// Leaves the connection in autocommit mode.
    static Loaded load(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            Loaded loaded = new CatalogQuery(connection).load();
            connection.commit();
            return loaded;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Loaded load() throws SQLException {
        long revision = revision(connection);
        Map<String, Tenant> tenants = new HashMap<>();
        Set<String> inactive = new HashSet<>();
        Map<String, KeyEntry> keys = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery(TENANTS)) {
                while (row.next()) {
                    if ("active".equals(row.getString("status"))) {
                        Tenant tenant = tenant(row);
                        tenants.put(tenant.tenantId(), tenant);
                    } else {
                        inactive.add(row.getString("tenant_id"));
                    }
                    requireAtMost(TENANTS_MAX, tenants.size() + inactive.size(), "tenants");
                }
            }
            try (ResultSet row = statement.executeQuery(KEYS)) {
                while (row.next()) {
                    KeyEntry entry = key(row);
                    keys.put(entry.keyId(), entry);
                    requireAtMost(KEYS_MAX, keys.size(), "keys");
                }
            }
            try (ResultSet row = statement.executeQuery(NEXT_CHANGE)) {
                long next = row.next() ? row.getLong(1) : 0;
                TenantCatalog catalog = new TenantCatalog(revision, tenants, inactive, keys);
                return new Loaded(catalog, next == 0 ? Long.MAX_VALUE : next);
            }
        }
    }

    private Tenant tenant(ResultSet row) throws SQLException {
        QuotaPolicy policy = new QuotaPolicy(
                row.getLong("requests_per_minute"),
                row.getLong("requests_per_hour"),
                row.getLong("requests_per_day"),
                row.getLong("requests_per_month"),
                Enforcement.of(row.getString("enforcement")),
                LedgerFallback.of(row.getString("sliding_fallback")),
                LedgerFallback.of(row.getString("calendar_fallback")));
        Set<String> features = new HashSet<>();
        for (String feature : new String[] {"advanced_analytics", "ai_features", "custom_integrations"}) {
            if (row.getBoolean(feature + "_enabled")) {
                features.add(feature);
            }
        }
        String tenantId = row.getString("tenant_id");
        return new Tenant(
                tenantId,
                zone(tenantId, row.getString("time_zone")),
                policies.computeIfAbsent(policy, same -> same),
                featureSets.computeIfAbsent(Set.copyOf(features), same -> same));
    }

    /// The ledger counts an unknown zone as UTC too.
    private static ZoneId zone(String tenantId, String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            LOG.warn("tenant {} has an unknown time zone, {}; its days are counted in UTC", tenantId, name);
            return ZoneOffset.UTC;
        }
    }

    private static KeyEntry key(ResultSet row) throws SQLException {
        long expiresAtMs = row.getLong("expires_at_ms");
        boolean lasting = row.wasNull();
        return new KeyEntry(
                row.getString("key_id"),
                row.getString("tenant_id"),
                row.getBytes("secret_hash"),
                row.getBoolean("traffic"),
                lasting ? Long.MAX_VALUE : expiresAtMs);
    }

    private static void requireAtMost(int max, int count, String what) throws SQLException {
        if (count > max) {
            throw new SQLException("more than " + max + " " + what + " in the catalog");
        }
    }
}
