package dev.tollgate.gateway.tenant.postgres;

/// The statements that read the catalog.
final class CatalogSql {

    static final String REVISION = "SELECT revision FROM catalog_revision";

    /// Columns 1 to 3 name the tenant, 4 to 10 are its policy, then follow the other limits and the features in the
    /// order of `Feature`.
    static final String TENANTS = """
            SELECT t.tenant_id, t.status, t.time_zone,
                q.requests_per_minute, q.requests_per_hour, q.requests_per_day, q.requests_per_month,
                coalesce(q.enforcement, 'enforce'), coalesce(q.sliding_fallback, 'closed'),
                coalesce(q.calendar_fallback, 'closed'),
                q.db_queries_per_hour, q.db_storage_mb,
                q.advanced_analytics_enabled, q.ai_features_enabled, q.custom_integrations_enabled
            FROM tenants t LEFT JOIN tenant_quotas q ON q.tenant_id = t.tenant_id AND q.valid_period @> now()
            """;

    static final String KEYS = """
            SELECT key_id, tenant_id, secret_hash, 'traffic' = ANY (scopes),
                (extract(epoch FROM expires_at) * 1000)::bigint
            FROM api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """;

    /// Column 1 is the tenant, empty for the default; 2 names the policy; 3 to 9 are as 4 to 10 of the tenants, absent
    /// limits being unlimited. Defaults come first.
    static final String ROUTE_POLICIES = """
            SELECT '' AS tenant_id, policy, requests_per_minute, requests_per_hour, requests_per_day,
                requests_per_month, enforcement, sliding_fallback, calendar_fallback
            FROM route_policies
            UNION ALL
            SELECT tenant_id, policy, requests_per_minute, requests_per_hour, requests_per_day,
                requests_per_month, enforcement, sliding_fallback, calendar_fallback
            FROM tenant_route_policies
            ORDER BY 1, 2
            """;

    /// Milliseconds until the next row of limits comes into force by the calendar, without a change of the catalog.
    static final String NEXT_CHANGE = """
            SELECT ceil(extract(epoch FROM min(lower(valid_period)) - now()) * 1000)::bigint
            FROM tenant_quotas WHERE lower(valid_period) > now()
            """;

    /// Tenants that have reached their storage limit, with the bytes that they store.
    static final String STORAGE = """
            SELECT s.tenant_id, s.storage_bytes
            FROM tenant_storage s JOIN tenant_quotas q ON q.tenant_id = s.tenant_id AND q.valid_period @> now()
            WHERE s.storage_bytes >= q.db_storage_mb::numeric * 1000000
            """;

    private CatalogSql() {}
}
