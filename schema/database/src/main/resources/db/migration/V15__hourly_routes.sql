-- What each route has of an hourly bucket.
SET ROLE tollgate_owner;

-- Rewritten as often as their bucket: the room left in each page keeps the new versions beside the old ones.
CREATE TABLE tenant_metrics_hourly_routes (
    tenant_id            TEXT NOT NULL,
    hour_bucket          TIMESTAMPTZ NOT NULL CHECK (hour_bucket = date_trunc('hour', hour_bucket, 'UTC')),
    route                TEXT NOT NULL CHECK (route <> ''),
    event_count          BIGINT NOT NULL,
    total_requests       BIGINT NOT NULL,
    billable_requests    BIGINT NOT NULL,
    successful_requests  BIGINT NOT NULL,
    failed_requests      BIGINT NOT NULL,
    units                BIGINT NOT NULL,
    total_duration_ms    BIGINT NOT NULL,
    total_bytes_sent     BIGINT NOT NULL,
    total_bytes_received BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hour_bucket, route)
) WITH (fillfactor = 80);
COMMENT ON TABLE tenant_metrics_hourly_routes IS
    'Part of tenant_metrics_hourly: the sums by route, written in the transaction of their bucket, to which they add up. At most 34 rows an hour: the first 32 routes to appear in the log, ''none'' (events without a route) and ''other'' (all further routes). An hour that was folded before this table has no rows until it is recomputed.';
SELECT tollgate.protect('tenant_metrics_hourly_routes', ARRAY['tollgate_aggregator', 'tollgate_billing', 'tollgate_console',
    'tollgate_finance', 'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_metrics_hourly_routes TO tollgate_aggregator;
GRANT SELECT ON tenant_metrics_hourly_routes TO tollgate_billing, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

RESET ROLE;
