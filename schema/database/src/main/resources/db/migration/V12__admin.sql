-- What the admin API changes, each in one function that writes the audit log, and the answers it has given.
SET ROLE tollgate_owner;

-- A writer inserts its row first and fills it before it commits: a repeat that comes meanwhile waits for it.
CREATE TABLE admin_answers (
    answer_id       BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
    actor           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL CHECK (idempotency_key ~ '^[!-~]{1,128}$'),
    request_hash    BYTEA NOT NULL CHECK (octet_length(request_hash) = 32),
    status          INTEGER,
    body            TEXT,
    answered_at     TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (actor, idempotency_key)
);
COMMENT ON TABLE admin_answers IS
    'What a repeated write of the admin API is answered (never a secret), by who sent it and its Idempotency-Key; request_hash is SHA-256 of method, path and body. Written by tollgate.claim_answer, which also bounds age and number, and tollgate.keep_answer.';
CREATE INDEX admin_answers_age ON admin_answers (answered_at);

CREATE FUNCTION tollgate.claim_answer(p_actor TEXT, p_key TEXT, p_hash BYTEA)
RETURNS TABLE (claimed BOOLEAN, same_request BOOLEAN, status INTEGER, body TEXT)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    k_answers_max CONSTANT BIGINT := 10000;
    k_age_max     CONSTANT INTERVAL := INTERVAL '24 hours';
    k_removed_max CONSTANT INTEGER := 100;   -- by one call, of each kind
    v_id          BIGINT;
BEGIN
    DELETE FROM admin_answers WHERE actor = p_actor AND idempotency_key = p_key AND answered_at <= clock_timestamp() - k_age_max;
    INSERT INTO admin_answers (actor, idempotency_key, request_hash) VALUES (p_actor, p_key, p_hash)
        ON CONFLICT DO NOTHING RETURNING answer_id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT false, a.request_hash = p_hash, a.status, a.body
            FROM admin_answers a WHERE a.actor = p_actor AND a.idempotency_key = p_key;
        RETURN;
    END IF;
    DELETE FROM admin_answers WHERE answer_id = ANY (ARRAY(
        SELECT answer_id FROM admin_answers WHERE answered_at <= clock_timestamp() - k_age_max
        ORDER BY answered_at LIMIT k_removed_max FOR UPDATE SKIP LOCKED));
    DELETE FROM admin_answers WHERE answer_id = ANY (ARRAY(
        SELECT answer_id FROM admin_answers WHERE answer_id <= v_id - k_answers_max
        ORDER BY answer_id LIMIT k_removed_max FOR UPDATE SKIP LOCKED));
    RETURN QUERY SELECT true, true, NULL::integer, NULL::text;
END $$;
COMMENT ON FUNCTION tollgate.claim_answer IS
    'Claims an Idempotency-Key for this transaction, or tells what was answered to it and whether the request was the same. Answers are kept for 24 h, 10,000 at most.';

CREATE FUNCTION tollgate.keep_answer(p_actor TEXT, p_key TEXT, p_status INTEGER, p_body TEXT) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE admin_answers SET status = p_status, body = p_body, answered_at = clock_timestamp()
    WHERE actor = p_actor AND idempotency_key = p_key
$$;
COMMENT ON FUNCTION tollgate.keep_answer IS 'Keeps what a claimed Idempotency-Key is answered when it comes again.';

CREATE FUNCTION tollgate.require_tenant(p_tenant_id TEXT) RETURNS tenants
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_tenant tenants%ROWTYPE;
BEGIN
    SELECT * INTO v_tenant FROM tenants WHERE tenant_id = p_tenant_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no tenant %', p_tenant_id USING ERRCODE = 'P0002';
    END IF;
    RETURN v_tenant;
END $$;
COMMENT ON FUNCTION tollgate.require_tenant IS 'The tenant, locked for this transaction; P0002 when there is none.';

CREATE FUNCTION tollgate.change_tenant(p_tenant_id TEXT, p_name TEXT, p_time_zone TEXT, p_status TEXT, p_reason TEXT, p_actor TEXT)
RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before tenants%ROWTYPE := tollgate.require_tenant(p_tenant_id);
    v_after  tenants%ROWTYPE := v_before;
BEGIN
    v_after.display_name := coalesce(p_name, v_before.display_name);
    v_after.time_zone := coalesce(p_time_zone, v_before.time_zone);
    v_after.status := coalesce(p_status, v_before.status);
    IF v_after = v_before THEN
        RETURN false;
    END IF;
    IF v_after.time_zone <> v_before.time_zone THEN
        IF NOT tollgate.is_time_zone(p_time_zone) THEN
            RAISE EXCEPTION 'tenant %: no time zone %', p_tenant_id, p_time_zone USING ERRCODE = '22023';
        END IF;
        -- They begin at a midnight of the zone that would no longer be the tenant's.
        IF EXISTS (SELECT FROM tenant_quotas WHERE tenant_id = p_tenant_id AND lower(valid_period) > clock_timestamp()) THEN
            RAISE EXCEPTION 'tenant % has planned changes: cancel them, then change the time zone', p_tenant_id USING ERRCODE = '55000';
        END IF;
        -- Its plan's first day may be a day ahead of the other zone.
        IF NOT EXISTS (SELECT FROM plan_assignments WHERE tenant_id = p_tenant_id
                AND valid_days @> (clock_timestamp() AT TIME ZONE p_time_zone)::date)
            AND EXISTS (SELECT FROM plan_assignments WHERE tenant_id = p_tenant_id
                AND valid_days @> (clock_timestamp() AT TIME ZONE v_before.time_zone)::date) THEN
            RAISE EXCEPTION 'tenant %: its plan begins today, which is tomorrow in %: change the time zone then', p_tenant_id, p_time_zone
                USING ERRCODE = '55000';
        END IF;
    END IF;
    IF v_before.status = 'departed' AND v_after.status <> v_before.status THEN
        RAISE EXCEPTION 'tenant % has departed', p_tenant_id USING ERRCODE = '55000';
    END IF;
    UPDATE tenants SET display_name = v_after.display_name, time_zone = v_after.time_zone, status = v_after.status
        WHERE tenant_id = p_tenant_id;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after, reason) VALUES (p_actor,
        CASE WHEN v_after.status = v_before.status THEN 'tenant.changed' ELSE 'tenant.' || v_after.status END,
        p_tenant_id, 'tenants/' || p_tenant_id, to_jsonb(v_before), to_jsonb(v_after), p_reason);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.change_tenant IS
    'Changes name, time zone or status of a tenant (NULL: as it is) and writes the audit log; false when nothing changed. No such tenant: P0002; its state forbids it: 55000.';

-- The days of other plans from p_from on are cut or removed, so that the plan holds until the next planned change.
CREATE FUNCTION tollgate.assign_plan(p_tenant_id TEXT, p_plan_id TEXT, p_from DATE, p_actor TEXT) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before plan_assignments%ROWTYPE;
    v_row    plan_assignments%ROWTYPE;
    v_until  DATE;
BEGIN
    SELECT * INTO v_before FROM plan_assignments WHERE tenant_id = p_tenant_id AND valid_days @> p_from;
    IF v_before.plan_id = p_plan_id THEN
        RETURN;
    END IF;
    SELECT min(lower(valid_days)) INTO v_until FROM plan_assignments WHERE tenant_id = p_tenant_id AND lower(valid_days) > p_from;
    DELETE FROM plan_assignments WHERE assignment_id = v_before.assignment_id AND lower(valid_days) = p_from;
    UPDATE plan_assignments SET valid_days = daterange(lower(valid_days), p_from, '[)')
        WHERE assignment_id = v_before.assignment_id;
    INSERT INTO plan_assignments (tenant_id, plan_id, valid_days, assigned_by)
        VALUES (p_tenant_id, p_plan_id, daterange(p_from, v_until, '[)'), p_actor) RETURNING * INTO v_row;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after) VALUES (p_actor, 'plan.assigned', p_tenant_id,
        'plan_assignments/' || v_row.assignment_id, CASE WHEN v_before.plan_id IS NOT NULL THEN to_jsonb(v_before) END, to_jsonb(v_row));
END $$;
COMMENT ON FUNCTION tollgate.assign_plan IS 'Gives a tenant, which the caller has locked, a plan from a local day on, until the next planned one.';

CREATE FUNCTION tollgate.change_plan(p_tenant_id TEXT, p_plan_id TEXT, p_from DATE, p_overrides JSONB, p_actor TEXT) RETURNS UUID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    k_planned_max CONSTANT INTEGER := 50;
    v_tenant tenants%ROWTYPE := tollgate.require_tenant(p_tenant_id);
    v_now    TIMESTAMPTZ := clock_timestamp();
    v_today  DATE := (v_now AT TIME ZONE v_tenant.time_zone)::date;
    v_day    DATE := coalesce(p_from, v_today);
    v_from   TIMESTAMPTZ := greatest(v_day::timestamp AT TIME ZONE v_tenant.time_zone, v_now);
    v_plan   TEXT := coalesce(p_plan_id, (SELECT plan_id FROM plan_assignments WHERE tenant_id = p_tenant_id AND valid_days @> v_day));
BEGIN
    IF v_day < v_today OR v_day > v_today + 3660 THEN
        RAISE EXCEPTION 'tenant %: a change begins today (%) or later, within ten years, not on %', p_tenant_id, v_today, v_day
            USING ERRCODE = '22023';
    END IF;
    IF v_tenant.status = 'departed' THEN
        RAISE EXCEPTION 'tenant % has departed', p_tenant_id USING ERRCODE = '55000';
    END IF;
    IF v_plan IS NULL THEN
        RAISE EXCEPTION 'tenant % has no plan on %: name one', p_tenant_id, v_day USING ERRCODE = '22023';
    END IF;
    IF NOT EXISTS (SELECT FROM plans WHERE plan_id = v_plan) THEN
        RAISE EXCEPTION 'tenant %: no plan %', p_tenant_id, v_plan USING ERRCODE = '22023';
    END IF;
    IF v_from > v_now AND (SELECT count(*) FROM tenant_quotas WHERE tenant_id = p_tenant_id AND lower(valid_period) > v_now) >= k_planned_max THEN
        RAISE EXCEPTION 'tenant % has % planned changes, as many as it may have', p_tenant_id, k_planned_max USING ERRCODE = '55000';
    END IF;
    -- Planned limits are those of the plan that was to hold then: another plan before them would be billed with them.
    IF EXISTS (SELECT FROM tenant_quotas WHERE tenant_id = p_tenant_id AND lower(valid_period) > v_from)
        AND v_plan IS DISTINCT FROM (SELECT plan_id FROM plan_assignments WHERE tenant_id = p_tenant_id AND valid_days @> v_day) THEN
        RAISE EXCEPTION 'tenant % has changes planned after %: cancel them, the latest first, then change the plan', p_tenant_id, v_day
            USING ERRCODE = '55000';
    END IF;
    -- The two can end on other days: limits may change within the days of one plan.
    PERFORM tollgate.assign_plan(p_tenant_id, v_plan, v_day, p_actor);
    RETURN tollgate.set_quotas(p_tenant_id, v_plan, p_overrides, v_from, p_actor);
END $$;
COMMENT ON FUNCTION tollgate.change_plan IS
    'Gives a tenant a plan (NULL: the one it has then) and its limits with overrides: billed from the local midnight of a day on, enforced from then or, if that has passed, from now on. NULL for the day is today. Both hold until the next planned change. Answers the id of the row in tenant_quotas.';

CREATE FUNCTION tollgate.cancel_change(p_tenant_id TEXT, p_quota_id UUID, p_actor TEXT) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_tenant tenants%ROWTYPE := tollgate.require_tenant(p_tenant_id);
    v_row    tenant_quotas%ROWTYPE;
    v_before tenant_quotas%ROWTYPE;
    v_plan   plan_assignments%ROWTYPE;
BEGIN
    SELECT * INTO v_row FROM tenant_quotas WHERE tenant_id = p_tenant_id AND id = p_quota_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % has no quotas %', p_tenant_id, p_quota_id USING ERRCODE = 'P0002';
    END IF;
    IF lower(v_row.valid_period) <= clock_timestamp() THEN
        RAISE EXCEPTION 'quotas % of tenant % are in force or over: only a planned change can be cancelled', p_quota_id, p_tenant_id
            USING ERRCODE = '55000';
    END IF;
    IF NOT upper_inf(v_row.valid_period) THEN
        RAISE EXCEPTION 'tenant % has changes planned after quotas %: cancel them first', p_tenant_id, p_quota_id USING ERRCODE = '55000';
    END IF;
    SELECT * INTO v_before FROM tenant_quotas WHERE tenant_id = p_tenant_id AND upper(valid_period) = lower(v_row.valid_period);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % has no limits before quotas %: change them instead', p_tenant_id, p_quota_id USING ERRCODE = '55000';
    END IF;
    DELETE FROM tenant_quotas WHERE id = p_quota_id;
    UPDATE tenant_quotas SET valid_period = tstzrange(lower(valid_period), upper(v_row.valid_period), '[)'), updated_at = clock_timestamp()
        WHERE id = v_before.id;
    DELETE FROM plan_assignments WHERE tenant_id = p_tenant_id
        AND lower(valid_days) = (lower(v_row.valid_period) AT TIME ZONE v_tenant.time_zone)::date
        AND EXISTS (SELECT FROM plan_assignments b WHERE b.tenant_id = p_tenant_id AND upper(b.valid_days) = lower(plan_assignments.valid_days))
        RETURNING * INTO v_plan;
    IF v_plan.plan_id IS NOT NULL THEN
        UPDATE plan_assignments SET valid_days = daterange(lower(valid_days), upper(v_plan.valid_days), '[)')
            WHERE tenant_id = p_tenant_id AND upper(valid_days) = lower(v_plan.valid_days);
    END IF;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before) VALUES (p_actor, 'quotas.cancelled', p_tenant_id,
        'tenant_quotas/' || p_quota_id, to_jsonb(v_row) || jsonb_strip_nulls(jsonb_build_object('plan', v_plan.plan_id)));
END $$;
COMMENT ON FUNCTION tollgate.cancel_change IS
    'Removes limits that are planned, and the plan that would begin with them: what holds before goes on in their place.';

CREATE FUNCTION tollgate.add_api_key(
    p_tenant_id TEXT, p_key_id TEXT, p_secret_hash BYTEA, p_scopes TEXT[], p_expires_at TIMESTAMPTZ, p_actor TEXT)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    k_keys_max CONSTANT INTEGER := 100;  -- live ones of a tenant: gateways hold all keys in memory
    v_tenant   tenants%ROWTYPE := tollgate.require_tenant(p_tenant_id);
    v_row      api_keys%ROWTYPE;
BEGIN
    IF v_tenant.status = 'departed' THEN
        RAISE EXCEPTION 'tenant % has departed', p_tenant_id USING ERRCODE = '55000';
    END IF;
    IF p_expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'tenant %: the key would have expired at %', p_tenant_id, p_expires_at USING ERRCODE = '22023';
    END IF;
    IF (SELECT count(*) FROM api_keys WHERE tenant_id = p_tenant_id AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > clock_timestamp())) >= k_keys_max THEN
        RAISE EXCEPTION 'tenant % has % live keys, as many as it may have', p_tenant_id, k_keys_max USING ERRCODE = '55000';
    END IF;
    INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by, expires_at)
        VALUES (p_key_id, p_tenant_id, p_scopes, p_secret_hash, p_actor, p_expires_at) RETURNING * INTO v_row;
    INSERT INTO audit_log (actor, action, tenant_id, subject, after)
        VALUES (p_actor, 'key.added', p_tenant_id, 'api_keys/' || p_key_id, to_jsonb(v_row) - 'secret_hash');
END $$;
COMMENT ON FUNCTION tollgate.add_api_key IS 'Stores a new key of a tenant by its hash and writes the audit log.';

CREATE FUNCTION tollgate.end_api_key(p_tenant_id TEXT, p_key_id TEXT, p_overlap INTERVAL, p_reason TEXT, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_tenant tenants%ROWTYPE := tollgate.require_tenant(p_tenant_id);
    v_before api_keys%ROWTYPE;
    v_after  api_keys%ROWTYPE;
BEGIN
    SELECT * INTO v_before FROM api_keys WHERE tenant_id = v_tenant.tenant_id AND key_id = p_key_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % has no key %', p_tenant_id, p_key_id USING ERRCODE = 'P0002';
    END IF;
    IF p_overlap IS NULL AND v_before.revoked_at IS NOT NULL THEN
        RETURN false;
    END IF;
    IF p_overlap IS NOT NULL AND (v_before.revoked_at IS NOT NULL OR v_before.expires_at <= clock_timestamp()) THEN
        RAISE EXCEPTION 'key % of tenant % lives no more', p_key_id, p_tenant_id USING ERRCODE = '55000';
    END IF;
    UPDATE api_keys SET
            revoked_at = CASE WHEN p_overlap IS NULL THEN clock_timestamp() END,
            expires_at = CASE WHEN p_overlap IS NULL THEN expires_at ELSE least(expires_at, clock_timestamp() + p_overlap) END
        WHERE key_id = p_key_id RETURNING * INTO v_after;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after, reason)
        VALUES (p_actor, CASE WHEN p_overlap IS NULL THEN 'key.revoked' ELSE 'key.rotated' END, p_tenant_id, 'api_keys/' || p_key_id,
            to_jsonb(v_before) - 'secret_hash', to_jsonb(v_after) - 'secret_hash', p_reason);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.end_api_key IS
    'Lets a live key expire after an overlap, never later than it would anyway, or revokes it with NULL; false when it was revoked already.';

GRANT EXECUTE ON FUNCTION tollgate.claim_answer, tollgate.keep_answer, tollgate.change_tenant, tollgate.change_plan,
    tollgate.cancel_change, tollgate.add_api_key, tollgate.end_api_key, tollgate.is_time_zone TO tollgate_admin;
GRANT SELECT ON admin_answers TO tollgate_admin;

RESET ROLE;
