-- Voids: events that take others back. Nothing that was stored is rewritten.
SET ROLE tollgate_owner;

ALTER TABLE tenant_metrics_raw ADD COLUMN voids UUID;
COMMENT ON COLUMN tenant_metrics_raw.voids IS
    'Id of the event that this row takes back, of the same tenant and time: the row counts as minus one of it. NULL for what happened.';

ALTER TABLE event_keys ADD COLUMN published_id UUID;
COMMENT ON COLUMN event_keys.published_id IS
    'Id under which the event is published, which also carries its time; NULL when it was not kept.';

CREATE TABLE event_voids (
    tenant_id TEXT NOT NULL,
    event_id  UUID NOT NULL,
    void_id   UUID NOT NULL,
    voided_by TEXT NOT NULL,
    reason    TEXT NOT NULL,
    voided_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, event_id)
);
COMMENT ON TABLE event_voids IS 'Which events were taken back, each once; void_id is the event that does so.';
SELECT tollgate.protect('event_voids', ARRAY['tollgate_ingest', 'tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON event_voids TO tollgate_ingest, tollgate_billing, tollgate_console, tollgate_finance, tollgate_admin;

CREATE FUNCTION tollgate.void_event(p_tenant_id TEXT, p_source TEXT, p_event_id TEXT, p_body_hash BYTEA, p_voided_id UUID,
    p_void_id UUID, p_partition INTEGER, p_payload BYTEA, p_actor TEXT, p_reason TEXT) RETURNS TEXT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO event_keys (tenant_id, source, event_id, body_hash, published_id)
        VALUES (p_tenant_id, p_source, p_event_id, p_body_hash, p_void_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT CASE WHEN body_hash = p_body_hash THEN 'repeated' ELSE 'conflict' END FROM event_keys
            WHERE tenant_id = p_tenant_id AND source = p_source AND event_id = p_event_id);
    END IF;
    INSERT INTO event_voids (tenant_id, event_id, void_id, voided_by, reason)
        VALUES (p_tenant_id, p_voided_id, p_void_id, p_actor, p_reason) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        DELETE FROM event_keys WHERE tenant_id = p_tenant_id AND source = p_source AND event_id = p_event_id;
        RETURN 'voided';
    END IF;
    INSERT INTO intake_outbox (tenant_id, partition_id, payload) VALUES (p_tenant_id, p_partition, p_payload);
    INSERT INTO audit_log (actor, action, tenant_id, subject, after, reason) VALUES (p_actor, 'event.voided', p_tenant_id,
        'events/' || p_voided_id, jsonb_build_object('voidId', p_void_id, 'source', p_source, 'id', p_event_id), p_reason);
    RETURN 'stored';
END $$;
COMMENT ON FUNCTION tollgate.void_event IS
    'Takes a stored event back, once: key, void, outbox and audit log together. Answers stored; repeated or conflict when the void''s own id is known with the same or another body; voided when another void was first.';
GRANT EXECUTE ON FUNCTION tollgate.void_event TO tollgate_ingest;

CREATE OR REPLACE FUNCTION tollgate.usage_from_raw(p_tenant_id TEXT, p_from TIMESTAMPTZ, p_to TIMESTAMPTZ, p_below BIGINT)
RETURNS TABLE (hour_bucket TIMESTAMPTZ, event_count BIGINT, billable_requests BIGINT, units BIGINT, ai_requests BIGINT,
    db_queries BIGINT, storage_bytes BIGINT, request_count BIGINT, total_duration_ms BIGINT, fingerprint BIGINT, position_max BIGINT)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT date_trunc('hour', event_time, 'UTC'),
        count(*),
        coalesce(sum(counts) FILTER (WHERE event_type IN ('api_request', 'ai_request') AND units > 0), 0),
        sum(counts * units)::bigint,
        coalesce(sum(counts) FILTER (WHERE event_type = 'ai_request' AND units > 0), 0),
        sum(counts * db_query_count)::bigint,
        (array_agg(bytes_stored ORDER BY event_time DESC, id DESC) FILTER (WHERE bytes_stored IS NOT NULL AND voids IS NULL))[1],
        coalesce(sum(counts) FILTER (WHERE event_type IN ('api_request', 'ai_request')), 0),
        coalesce(sum(counts * duration_ms) FILTER (WHERE event_type IN ('api_request', 'ai_request')), 0)::bigint,
        tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type, counts * units, event_time))),
        max(log_position)
    FROM (SELECT *, CASE WHEN voids IS NULL THEN 1 ELSE -1 END AS counts FROM tenant_metrics_raw) r
    WHERE tenant_id = p_tenant_id AND event_time >= p_from AND event_time < p_to AND log_position < p_below
    GROUP BY 1
$$;
COMMENT ON FUNCTION tollgate.usage_from_raw IS
    'A tenant''s usage per UTC hour from its raw events in [p_from, p_to) with log_position below p_below, with count and fingerprint. event_count counts rows, everything else subtracts voids. storage_bytes is the last value reported within the hour.';
COMMENT ON FUNCTION tollgate.event_fingerprint IS
    'First 8 bytes of SHA-256 over id (16 bytes), type (UTF-8), units (int64, negative for a void), time (epoch ms, int64), big endian. A set''s fingerprint is the sum mod 2^64.';

CREATE OR REPLACE FUNCTION get_tenant_requests_last_minute(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN voids IS NULL THEN 1 ELSE -1 END), 0) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request') AND event_time >= now() - INTERVAL '1 minute'
$$;
COMMENT ON FUNCTION get_tenant_requests_last_minute IS
    'Requests stored for a tenant in the last 60 s, less those taken back; metered, not the ledger''s count, which voids leave as it is.';

CREATE OR REPLACE FUNCTION get_tenant_requests_last_hour(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN voids IS NULL THEN 1 ELSE -1 END), 0) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request') AND event_time >= now() - INTERVAL '1 hour'
$$;
COMMENT ON FUNCTION get_tenant_requests_last_hour IS
    'Requests stored for a tenant in the last 3600 s, less those taken back; metered, not the ledger''s count, which voids leave as it is.';

CREATE OR REPLACE FUNCTION get_tenant_requests_today(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN voids IS NULL THEN 1 ELSE -1 END), 0) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request')
        AND event_time >= date_trunc('day', now(), coalesce((SELECT time_zone FROM tenants t WHERE t.tenant_id = p_tenant_id), 'UTC'))
$$;
COMMENT ON FUNCTION get_tenant_requests_today IS
    'Requests stored for a tenant since midnight in its time zone, less those taken back; metered, not the ledger''s count, which voids leave as it is.';

RESET ROLE;
