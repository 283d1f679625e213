-- Months of raw events that end: sealed, exported, verified, dropped.
SET ROLE tollgate_owner;

CREATE TABLE raw_months (
    month       DATE PRIMARY KEY CHECK (extract(day FROM month) = 1),
    state       TEXT NOT NULL CHECK (state IN ('sealed', 'exported', 'dropped')),
    sealed_at   TIMESTAMPTZ NOT NULL,
    exported_at TIMESTAMPTZ,
    dropped_at  TIMESTAMPTZ,
    row_count   BIGINT CHECK (row_count >= 0),
    void_count  BIGINT CHECK (void_count BETWEEN 0 AND row_count),
    total_units BIGINT,
    fingerprint BIGINT,
    file_name   TEXT,
    file_bytes  BIGINT,
    file_sha256 BYTEA CHECK (octet_length(file_sha256) = 32),
    CHECK ((state IN ('exported', 'dropped')) = (exported_at IS NOT NULL)),
    CHECK ((state = 'dropped') = (dropped_at IS NOT NULL)),
    CHECK ((exported_at IS NOT NULL) = (row_count IS NOT NULL)),
    CHECK (num_nulls(row_count, void_count, total_units, fingerprint, file_name, file_bytes, file_sha256) IN (0, 7))
);
COMMENT ON TABLE raw_months IS
    'UTC months of tenant_metrics_raw that are no longer kept as they were; one that is not here is. sealed: takes no more events; exported: also in a file, whose numbers stand here; dropped: in the file only. Events of such a month become dead letters.';
COMMENT ON COLUMN raw_months.total_units IS 'Sum of units, voids subtracted.';
COMMENT ON COLUMN raw_months.fingerprint IS 'Sum mod 2^64 of tollgate.event_fingerprint, a void with its units negative.';
GRANT SELECT ON raw_months TO tollgate_ingest, tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_finance,
    tollgate_admin;

CREATE FUNCTION tollgate.raw_partition(p_month DATE) RETURNS REGCLASS
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.oid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'tenant_metrics_raw'::regclass
        AND c.relname = 'tenant_metrics_raw_' || to_char(date_trunc('month', p_month::timestamp), 'YYYY_MM')
$$;
COMMENT ON FUNCTION tollgate.raw_partition IS 'The raw partition of a UTC month, or NULL.';

CREATE FUNCTION tollgate.raw_month_totals(p_month DATE)
RETURNS TABLE (tenant_id TEXT, row_count BIGINT, void_count BIGINT, total_units BIGINT, fingerprint BIGINT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_from TIMESTAMPTZ := date_trunc('month', p_month::timestamp) AT TIME ZONE 'UTC';
    v_to   TIMESTAMPTZ := (date_trunc('month', p_month::timestamp) + INTERVAL '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF tollgate.raw_partition(p_month) IS NULL THEN
        RAISE EXCEPTION 'there is no raw partition of %', to_char(p_month, 'YYYY-MM') USING ERRCODE = 'P0002';
    END IF;
    RETURN QUERY
        SELECT s.tenant_id, count(*), count(s.voids), sum(s.signed_units)::bigint,
            tollgate.wrap_int64(sum(tollgate.event_fingerprint(s.id, s.event_type, s.signed_units, s.event_time)))
        FROM (SELECT r.*, CASE WHEN r.voids IS NULL THEN r.units ELSE -r.units END AS signed_units
              FROM tenant_metrics_raw r WHERE r.event_time >= v_from AND r.event_time < v_to) s
        GROUP BY s.tenant_id ORDER BY s.tenant_id;
END $$;
COMMENT ON FUNCTION tollgate.raw_month_totals IS
    'What each tenant has in a UTC month of raw events, in the order of the raw table''s key: rows, voids among them, units and fingerprint with voids subtracted.';

CREATE FUNCTION tollgate.raw_month_holds(p_month DATE) RETURNS TABLE (reason TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
    k_reasons_max CONSTANT INTEGER := 5;   -- of each kind
    v_from TIMESTAMPTZ := date_trunc('month', p_month::timestamp) AT TIME ZONE 'UTC';
    v_to   TIMESTAMPTZ := (date_trunc('month', p_month::timestamp) + INTERVAL '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF v_to > clock_timestamp() THEN
        RETURN QUERY SELECT 'the month has not ended';
    END IF;
    -- Walks from one tenant to the next along the key; of each, only what no closed period covers is looked into.
    RETURN QUERY
        WITH RECURSIVE seen(name) AS (
            (SELECT r.tenant_id FROM tenant_metrics_raw r WHERE r.event_time >= v_from AND r.event_time < v_to
                ORDER BY r.tenant_id LIMIT 1)
            UNION ALL
            SELECT (SELECT r.tenant_id FROM tenant_metrics_raw r WHERE r.tenant_id > seen.name
                    AND r.event_time >= v_from AND r.event_time < v_to ORDER BY r.tenant_id LIMIT 1)
            FROM seen WHERE seen.name IS NOT NULL)
        SELECT format('tenant %s: its event of %s is in no closed billing period', s.name, e.event_time)
        FROM seen s
        CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(v_from, v_to)) - coalesce(
            (SELECT range_agg(tstzrange(p.starts_at, p.ends_at)) FROM tenant_billing_periods p
                WHERE p.tenant_id = s.name AND p.starts_at < v_to AND p.ends_at > v_from), '{}'::tstzmultirange)) AS open
        CROSS JOIN LATERAL (SELECT r.event_time FROM tenant_metrics_raw r WHERE r.tenant_id = s.name
            AND r.event_time >= lower(open) AND r.event_time < upper(open) ORDER BY r.event_time LIMIT 1) e
        WHERE s.name IS NOT NULL LIMIT k_reasons_max;
    RETURN QUERY SELECT format('tenant %s: hour %s waits to be recomputed (%s)', h.tenant_id, h.hour_bucket, h.reason)
        FROM tenant_stale_hours h WHERE h.hour_bucket >= v_from AND h.hour_bucket < v_to LIMIT k_reasons_max;
    RETURN QUERY SELECT format('tenant %s: the recomputed hour %s waits to be published', o.tenant_id, o.hour_bucket)
        FROM hourly_outbox o WHERE o.hour_bucket >= v_from AND o.hour_bucket < v_to LIMIT k_reasons_max;
    RETURN QUERY SELECT format('source %s of %s holds an event of %s that is not published', s.source, s.instance, s.oldest_pending)
        FROM event_sources s WHERE s.state = 'open' AND s.oldest_pending < v_to LIMIT k_reasons_max;
END $$;
COMMENT ON FUNCTION tollgate.raw_month_holds IS
    'Why a UTC month of raw events must stay: it has not ended, an event is in no closed period of its tenant, an hour is stale or waits to be published, a source may still send of it. No row: nothing holds it.';

CREATE FUNCTION tollgate.seal_raw_month(p_month DATE) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_leaf REGCLASS := tollgate.raw_partition(p_month);
    v_hold TEXT;
BEGIN
    IF EXISTS (SELECT FROM raw_months m WHERE m.month = p_month) THEN
        RETURN false;
    END IF;
    IF v_leaf IS NULL THEN
        RAISE EXCEPTION 'there is no raw partition of %', to_char(p_month, 'YYYY-MM') USING ERRCODE = 'P0002';
    END IF;
    SELECT string_agg(h.reason, '; ') INTO v_hold FROM tollgate.raw_month_holds(p_month) h;
    IF v_hold IS NOT NULL THEN
        RAISE EXCEPTION 'raw month % must stay: %', to_char(p_month, 'YYYY-MM'), v_hold USING ERRCODE = '55000';
    END IF;
    -- Waits for rows on their way in, and refuses later ones, without touching other months.
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT raw_month_is_sealed CHECK (false) NOT VALID', v_leaf);
    INSERT INTO raw_months (month, state, sealed_at) VALUES (p_month, 'sealed', clock_timestamp());
    INSERT INTO audit_log (actor, action, subject) VALUES (session_user, 'raw-month.sealed',
        'raw_months/' || to_char(p_month, 'YYYY-MM'));
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.seal_raw_month IS
    'Lets a UTC month of raw events take no more rows, so that what is exported is all there will be; false when it is sealed already. Something holds the month: 55000.';

CREATE FUNCTION tollgate.record_raw_export(p_month DATE, p_rows BIGINT, p_voids BIGINT, p_units BIGINT, p_fingerprint BIGINT,
    p_file TEXT, p_bytes BIGINT, p_sha256 BYTEA) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_is  RECORD;
    v_row raw_months%ROWTYPE;
BEGIN
    SELECT * INTO v_row FROM raw_months m WHERE m.month = p_month AND m.state IN ('sealed', 'exported') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'raw month % is not sealed', to_char(p_month, 'YYYY-MM') USING ERRCODE = '55000';
    END IF;
    SELECT coalesce(sum(t.row_count), 0)::bigint AS row_count, coalesce(sum(t.void_count), 0)::bigint AS void_count,
            coalesce(sum(t.total_units), 0)::bigint AS total_units, tollgate.wrap_int64(coalesce(sum(t.fingerprint), 0)) AS fingerprint
        INTO v_is FROM tollgate.raw_month_totals(p_month) t;
    IF (p_rows, p_voids, p_units, p_fingerprint) IS DISTINCT FROM
       (v_is.row_count, v_is.void_count, v_is.total_units, v_is.fingerprint) THEN
        RAISE EXCEPTION 'the export of raw month % has % rows, % voids, % units, fingerprint %, but the table has %, %, %, %',
            to_char(p_month, 'YYYY-MM'), p_rows, p_voids, p_units, p_fingerprint,
            v_is.row_count, v_is.void_count, v_is.total_units, v_is.fingerprint USING ERRCODE = '55000';
    END IF;
    UPDATE raw_months m SET state = 'exported', exported_at = clock_timestamp(), row_count = p_rows, void_count = p_voids,
            total_units = p_units, fingerprint = p_fingerprint, file_name = p_file, file_bytes = p_bytes, file_sha256 = p_sha256
        WHERE m.month = p_month RETURNING * INTO v_row;
    INSERT INTO audit_log (actor, action, subject, after) VALUES (session_user, 'raw-month.exported',
        'raw_months/' || to_char(p_month, 'YYYY-MM'), to_jsonb(v_row));
END $$;
COMMENT ON FUNCTION tollgate.record_raw_export IS
    'Records that a sealed month is in a file, once the file''s numbers are those of the table. Not sealed, or other numbers: 55000.';

CREATE FUNCTION tollgate.drop_raw_month(p_month DATE, p_sha256 BYTEA) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_leaf   REGCLASS := tollgate.raw_partition(p_month);
    v_before raw_months%ROWTYPE;
    v_after  raw_months%ROWTYPE;
    v_hold   TEXT;
BEGIN
    SELECT * INTO v_before FROM raw_months m WHERE m.month = p_month FOR UPDATE;
    IF NOT FOUND OR v_before.state <> 'exported' OR v_before.file_sha256 IS DISTINCT FROM p_sha256 OR v_leaf IS NULL
       OR NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = v_leaf AND conname = 'raw_month_is_sealed') THEN
        RAISE EXCEPTION 'raw month % is not in that file', to_char(p_month, 'YYYY-MM') USING ERRCODE = '55000';
    END IF;
    SELECT string_agg(h.reason, '; ') INTO v_hold FROM tollgate.raw_month_holds(p_month) h;
    IF v_hold IS NULL THEN
        -- From here on everybody else waits: the caller sets a short lock_timeout. No hour can turn stale meanwhile.
        LOCK TABLE tenant_metrics_raw IN ACCESS EXCLUSIVE MODE;
        LOCK TABLE tenant_stale_hours, hourly_outbox IN SHARE ROW EXCLUSIVE MODE;
        SELECT string_agg(h.reason, '; ') INTO v_hold FROM (
            SELECT 'tenant ' || s.tenant_id || ': hour ' || s.hour_bucket || ' became stale' AS reason FROM tenant_stale_hours s
            WHERE s.hour_bucket >= p_month::timestamp AT TIME ZONE 'UTC'
                AND s.hour_bucket < (p_month::timestamp + INTERVAL '1 month') AT TIME ZONE 'UTC' LIMIT 1) h;
    END IF;
    IF v_hold IS NOT NULL THEN
        RAISE EXCEPTION 'raw month % must stay: %', to_char(p_month, 'YYYY-MM'), v_hold USING ERRCODE = '55000';
    END IF;
    EXECUTE format('DROP TABLE %s', v_leaf);
    UPDATE raw_months m SET state = 'dropped', dropped_at = clock_timestamp() WHERE m.month = p_month RETURNING * INTO v_after;
    INSERT INTO audit_log (actor, action, subject, before, after) VALUES (session_user, 'raw-month.dropped',
        'raw_months/' || to_char(p_month, 'YYYY-MM'), to_jsonb(v_before), to_jsonb(v_after));
END $$;
COMMENT ON FUNCTION tollgate.drop_raw_month IS
    'Drops a UTC month of raw events whose export, named by its file''s SHA-256, is recorded, and which nothing holds; else 55000. Set lock_timeout before: ingest waits as long as this waits for its lock.';
GRANT EXECUTE ON FUNCTION tollgate.raw_partition, tollgate.raw_month_totals, tollgate.raw_month_holds, tollgate.seal_raw_month,
    tollgate.record_raw_export, tollgate.drop_raw_month TO tollgate_ingest;

CREATE FUNCTION tollgate.unseal_raw_month(p_month DATE, p_reason TEXT, p_actor TEXT) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before raw_months%ROWTYPE;
BEGIN
    IF coalesce(btrim(p_reason), '') = '' OR coalesce(btrim(p_actor), '') = '' THEN
        RAISE EXCEPTION 'unsealing a month needs a reason and a name' USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_before FROM raw_months m WHERE m.month = p_month AND m.state <> 'dropped' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'raw month % is not sealed, or dropped', to_char(p_month, 'YYYY-MM') USING ERRCODE = '55000';
    END IF;
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT raw_month_is_sealed', tollgate.raw_partition(p_month));
    DELETE FROM raw_months m WHERE m.month = p_month;
    INSERT INTO audit_log (actor, action, subject, before, reason) VALUES (p_actor, 'raw-month.unsealed',
        'raw_months/' || to_char(p_month, 'YYYY-MM'), to_jsonb(v_before), btrim(p_reason));
END $$;
COMMENT ON FUNCTION tollgate.unseal_raw_month IS
    'Lets a sealed or exported month take events again. With retention on, raise tollgate.ingest.retention.months-kept first, or it is sealed anew.';
GRANT EXECUTE ON FUNCTION tollgate.unseal_raw_month TO tollgate_admin;

-- A dropped month never comes back empty: events would look like all there was.
CREATE OR REPLACE FUNCTION tollgate.ensure_month(p_month DATE) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
    v_from TIMESTAMPTZ := date_trunc('month', p_month::timestamp) AT TIME ZONE 'UTC';
    v_to   TIMESTAMPTZ := (date_trunc('month', p_month::timestamp) + INTERVAL '1 month') AT TIME ZONE 'UTC';
    v_name NAME := 'tenant_metrics_raw_' || to_char(p_month, 'YYYY_MM');
BEGIN
    IF p_month < DATE '2000-01-01' OR p_month >= DATE '2200-01-01' THEN
        RAISE EXCEPTION 'no partition for %: out of range', p_month;
    END IF;
    IF to_regclass('public.' || v_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('tollgate.ensure_month', 0));
    -- to_regclass may answer from before the wait; a query looks anew.
    IF EXISTS (SELECT FROM pg_class WHERE relname = v_name AND relnamespace = 'public'::regnamespace)
       OR EXISTS (SELECT FROM raw_months m WHERE m.month = v_from::date AND m.state = 'dropped') THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE tenant_metrics_raw INCLUDING ALL, CONSTRAINT within_month CHECK (event_time >= %L AND event_time < %L))',
        v_name, v_from, v_to);
    EXECUTE format('COMMENT ON TABLE public.%I IS %L', v_name, 'Raw events of ' || to_char(p_month, 'YYYY-MM') || ' (UTC).');
    PERFORM tollgate.protect(format('public.%I', v_name)::regclass, ARRAY['tollgate_ingest', 'tollgate_aggregator',
        'tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
    EXECUTE format('ALTER TABLE tenant_metrics_raw ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', v_name, v_from, v_to);
    EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT within_month', v_name);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.ensure_month IS
    'Makes the raw partition of a UTC month with forced row-level security when it is missing; true when it made it. A dropped month stays dropped.';

-- Raw has nothing left of these hours: recomputing them would replace what is known by nothing.
CREATE FUNCTION tollgate.skip_dropped_hour() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM raw_months m WHERE m.state = 'dropped'
               AND m.month = date_trunc('month', NEW.hour_bucket AT TIME ZONE 'UTC')::date) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION tollgate.skip_dropped_hour IS 'Trigger: an hour of a dropped month does not become stale.';
CREATE TRIGGER skip_dropped_hour BEFORE INSERT ON tenant_stale_hours
    FOR EACH ROW EXECUTE FUNCTION tollgate.skip_dropped_hour();

RESET ROLE;
