-- What services and people call: fingerprints, generations, fencing, tenants and their plans, the spec's helpers.
SET ROLE tollgate_owner;

-- Names are qualified and nothing here is STABLE, so that the planner can inline the body: sums run over many events.
CREATE FUNCTION tollgate.event_fingerprint(p_id UUID, p_type TEXT, p_units BIGINT, p_time TIMESTAMPTZ) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || pg_catalog.encode(pg_catalog.substr(pg_catalog.sha256(
        pg_catalog.uuid_send(p_id) || p_type::pg_catalog.bytea || pg_catalog.int8send(p_units)
        || pg_catalog.int8send((extract(epoch FROM p_time AT TIME ZONE 'UTC') * 1000)::pg_catalog.int8)), 1, 8), 'hex'))
        ::pg_catalog.bit(64)::pg_catalog.int8
$$;
COMMENT ON FUNCTION tollgate.event_fingerprint IS
    'First 8 bytes of SHA-256 over id (16 bytes), type (UTF-8), units (int64), time (epoch ms, int64), big endian. A set''s fingerprint is the sum mod 2^64.';

CREATE FUNCTION tollgate.wrap_int64(p_sum NUMERIC) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (mod(mod(p_sum, 18446744073709551616) + 18446744073709551616 + 9223372036854775808, 18446744073709551616)
        - 9223372036854775808)::bigint
$$;
COMMENT ON FUNCTION tollgate.wrap_int64 IS 'A sum of signed 64-bit numbers, wrapped mod 2^64 as Java''s long addition does.';

CREATE FUNCTION tollgate.topic_generation(p_topic TEXT, p_topic_id TEXT) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_generation INTEGER;
BEGIN
    SELECT generation INTO v_generation FROM topic_generations WHERE topic = p_topic AND topic_id = p_topic_id;
    IF NOT FOUND THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('tollgate.topic_generation', 0));
        INSERT INTO topic_generations (topic, generation, topic_id)
            SELECT p_topic, coalesce(max(generation), 0) + 1, p_topic_id FROM topic_generations WHERE topic = p_topic
        ON CONFLICT (topic, topic_id) DO NOTHING;
        SELECT generation INTO STRICT v_generation FROM topic_generations WHERE topic = p_topic AND topic_id = p_topic_id;
    END IF;
    RETURN v_generation;
END $$;
COMMENT ON FUNCTION tollgate.topic_generation IS 'The generation of a topic by the id the broker gave it; a new id opens the next generation.';
GRANT EXECUTE ON FUNCTION tollgate.topic_generation TO tollgate_ingest, tollgate_aggregator;

-- Ending another backend of the same role needs no further privilege, so this runs as its caller.
CREATE FUNCTION tollgate.terminate_backend(p_pid INTEGER) RETURNS BOOLEAN
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_or(pg_terminate_backend(pid, 5000)), false) FROM pg_stat_activity
    WHERE pid = p_pid AND pid <> pg_backend_pid() AND usename = current_user AND datname = current_database()
$$;
COMMENT ON FUNCTION tollgate.terminate_backend IS 'Ends a backend of the caller''s own role in this database and waits for its end (5 s at most).';
GRANT EXECUTE ON FUNCTION tollgate.terminate_backend TO tollgate_ingest, tollgate_aggregator;
GRANT EXECUTE ON FUNCTION tollgate.event_fingerprint, tollgate.wrap_int64 TO tollgate_ingest, tollgate_aggregator,
    tollgate_billing, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

CREATE FUNCTION tollgate.usage_from_raw(p_tenant_id TEXT, p_from TIMESTAMPTZ, p_to TIMESTAMPTZ, p_below BIGINT)
RETURNS TABLE (hour_bucket TIMESTAMPTZ, event_count BIGINT, billable_requests BIGINT, units BIGINT, ai_requests BIGINT,
    db_queries BIGINT, storage_bytes BIGINT, request_count BIGINT, total_duration_ms BIGINT, fingerprint BIGINT, position_max BIGINT)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT date_trunc('hour', event_time, 'UTC'),
        count(*),
        count(*) FILTER (WHERE event_type IN ('api_request', 'ai_request') AND units > 0),
        sum(units)::bigint,
        count(*) FILTER (WHERE event_type = 'ai_request' AND units > 0),
        sum(db_query_count)::bigint,
        (array_agg(bytes_stored ORDER BY event_time DESC, id DESC) FILTER (WHERE bytes_stored IS NOT NULL))[1],
        count(*) FILTER (WHERE event_type IN ('api_request', 'ai_request')),
        coalesce(sum(duration_ms) FILTER (WHERE event_type IN ('api_request', 'ai_request')), 0)::bigint,
        tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type, units, event_time))),
        max(log_position)
    FROM tenant_metrics_raw
    WHERE tenant_id = p_tenant_id AND event_time >= p_from AND event_time < p_to AND log_position < p_below
    GROUP BY 1
$$;
COMMENT ON FUNCTION tollgate.usage_from_raw IS
    'A tenant''s usage per UTC hour from its raw events in [p_from, p_to) with log_position below p_below, with count and fingerprint. storage_bytes is the last value reported within the hour.';
GRANT EXECUTE ON FUNCTION tollgate.usage_from_raw TO tollgate_aggregator, tollgate_billing, tollgate_console,
    tollgate_finance, tollgate_admin, tollgate_tenant;

-- The server's list of zones is slow to read (every file of it), so the zone is tried instead. The pattern refuses what
-- the server would take for a POSIX rule (`Nowhere+3`), the comparison another spelling than the zone's own.
CREATE FUNCTION tollgate.is_time_zone(p_name TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    IF p_name IS NULL
       OR p_name !~ '^(UTC|[A-Z][A-Za-z]*(/[A-Z][A-Za-z_-]*)+|Etc/GMT([+]([0-9]|1[0-2])|-([0-9]|1[0-4])|0))$' THEN
        RETURN false;
    END IF;
    PERFORM set_config('timezone', p_name, true);
    RETURN current_setting('timezone') = p_name;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END $$;
COMMENT ON FUNCTION tollgate.is_time_zone IS
    'Whether this is UTC or the exact name of an IANA zone with a region, such as Europe/Berlin.';

CREATE FUNCTION tollgate.set_quotas(p_tenant_id TEXT, p_plan_id TEXT, p_overrides JSONB, p_from TIMESTAMPTZ, p_actor TEXT)
RETURNS UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_plan   plans%ROWTYPE;
    v_row    tenant_quotas%ROWTYPE;
    v_before JSONB;
    v_next   TIMESTAMPTZ;
    v_odd    TEXT;
BEGIN
    IF p_from IS NULL OR NOT isfinite(p_from) THEN
        RAISE EXCEPTION 'tenant %: quotas need a moment to begin at', p_tenant_id USING ERRCODE = '22023';
    END IF;
    SELECT string_agg(key, ', ' ORDER BY key) INTO v_odd FROM jsonb_each(p_overrides) WHERE key <> ALL (ARRAY['tier',
        'requests_per_minute', 'requests_per_hour', 'requests_per_day', 'requests_per_month', 'db_queries_per_hour',
        'db_storage_mb', 'advanced_analytics_enabled', 'ai_features_enabled', 'custom_integrations_enabled',
        'enforcement', 'sliding_fallback', 'calendar_fallback']) OR value = 'null'::jsonb;
    IF v_odd IS NOT NULL THEN
        RAISE EXCEPTION 'tenant %: quotas cannot override %', p_tenant_id, v_odd USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_plan FROM plans WHERE plan_id = p_plan_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant %: no plan %', p_tenant_id, p_plan_id USING ERRCODE = '22023';
    END IF;
    PERFORM 1 FROM tenants WHERE tenant_id = p_tenant_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no tenant %', p_tenant_id USING ERRCODE = '22023';
    END IF;
    SELECT to_jsonb(q) INTO v_before FROM tenant_quotas q WHERE tenant_id = p_tenant_id AND valid_period @> p_from;
    SELECT min(lower(valid_period)) INTO v_next FROM tenant_quotas WHERE tenant_id = p_tenant_id AND lower(valid_period) > p_from;
    -- Only where there is such a row: each statement is announced to the gateways, also one that changes nothing.
    IF v_before IS NOT NULL THEN
        DELETE FROM tenant_quotas WHERE tenant_id = p_tenant_id AND lower(valid_period) = p_from;
        UPDATE tenant_quotas SET valid_period = tstzrange(lower(valid_period), p_from, '[)'), updated_at = clock_timestamp()
            WHERE tenant_id = p_tenant_id AND valid_period @> p_from;
    END IF;
    v_row := jsonb_populate_record(NULL::tenant_quotas,
        to_jsonb(v_plan) - 'plan_id' - 'name'
        || jsonb_build_object('enforcement', 'enforce', 'sliding_fallback', 'fair-share', 'calendar_fallback', 'closed')
        || coalesce(p_overrides, '{}'::jsonb)
        || jsonb_build_object(
            'id', uuid_generate_v7(), 'tenant_id', p_tenant_id, 'created_by', p_actor,
            'created_at', clock_timestamp(), 'updated_at', clock_timestamp(),
            'valid_period', tstzrange(p_from, v_next, '[)'),
            'monthly_fee_cents', coalesce((SELECT sum(amount_cents) FROM plan_charges c WHERE c.plan_id = p_plan_id
                AND model = 'flat_fee' AND version = (SELECT max(version) FROM plan_versions v WHERE v.plan_id = p_plan_id AND effective_from <= p_from::date)), 0),
            'overage_rate_per_1k_requests_cents', coalesce((SELECT sum(amount_cents) FROM plan_charges c WHERE c.plan_id = p_plan_id
                AND model = 'overage_per_thousand' AND meter = 'requests' AND version = (SELECT max(version) FROM plan_versions v WHERE v.plan_id = p_plan_id AND effective_from <= p_from::date)), 0)));
    INSERT INTO tenant_quotas SELECT v_row.*;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after)
        VALUES (p_actor, 'quotas.set', p_tenant_id, 'tenant_quotas/' || v_row.id, v_before, to_jsonb(v_row));
    RETURN v_row.id;
END $$;
COMMENT ON FUNCTION tollgate.set_quotas IS
    'Gives a tenant the limits of a plan with overrides (columns of tenant_quotas) from a moment on: closes the row in force, opens the next, writes the audit log.';

CREATE FUNCTION tollgate.register_tenant(p_tenant_id TEXT, p_name TEXT, p_time_zone TEXT, p_plan_id TEXT, p_from DATE, p_overrides JSONB, p_actor TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT tollgate.is_time_zone(p_time_zone) THEN
        RAISE EXCEPTION 'tenant %: no time zone %', p_tenant_id, p_time_zone USING ERRCODE = '22023';
    END IF;
    INSERT INTO tenants (tenant_id, display_name, time_zone, created_by) VALUES (p_tenant_id, p_name, p_time_zone, p_actor)
        ON CONFLICT (tenant_id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO plan_assignments (tenant_id, plan_id, valid_days, assigned_by)
        VALUES (p_tenant_id, p_plan_id, daterange(p_from, NULL, '[)'), p_actor);
    INSERT INTO audit_log (actor, action, tenant_id, subject, after) VALUES (p_actor, 'tenant.registered', p_tenant_id,
        'tenants/' || p_tenant_id, jsonb_build_object('plan', p_plan_id, 'from', p_from, 'timeZone', p_time_zone));
    PERFORM tollgate.set_quotas(p_tenant_id, p_plan_id, p_overrides, p_from::timestamp AT TIME ZONE p_time_zone, p_actor);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.register_tenant IS
    'Registers a tenant with a plan from a local day on and the plan''s limits; false, and nothing changed, when the tenant exists.';
GRANT EXECUTE ON FUNCTION tollgate.register_tenant, tollgate.set_quotas TO tollgate_admin, tollgate_ingest;

CREATE FUNCTION get_tenant_requests_last_minute(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request') AND event_time >= now() - INTERVAL '1 minute'
$$;
COMMENT ON FUNCTION get_tenant_requests_last_minute IS 'Requests stored for a tenant in the last 60 s; metered, not the ledger''s count.';

CREATE FUNCTION get_tenant_requests_last_hour(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request') AND event_time >= now() - INTERVAL '1 hour'
$$;
COMMENT ON FUNCTION get_tenant_requests_last_hour IS 'Requests stored for a tenant in the last 3600 s; metered, not the ledger''s count.';

CREATE FUNCTION get_tenant_requests_today(p_tenant_id TEXT) RETURNS BIGINT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = p_tenant_id
        AND event_type IN ('api_request', 'ai_request')
        AND event_time >= date_trunc('day', now(), coalesce((SELECT time_zone FROM tenants t WHERE t.tenant_id = p_tenant_id), 'UTC'))
$$;
COMMENT ON FUNCTION get_tenant_requests_today IS 'Requests stored for a tenant since midnight in its time zone; metered, not the ledger''s count.';
GRANT EXECUTE ON FUNCTION get_tenant_requests_last_minute, get_tenant_requests_last_hour, get_tenant_requests_today
    TO tollgate_gateway, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

RESET ROLE;
