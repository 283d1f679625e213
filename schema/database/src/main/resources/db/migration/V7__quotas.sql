-- Route policies, usage without leases, reserves for times without the ledger, the gateways that live, stored bytes.
SET ROLE tollgate_owner;

CREATE TABLE route_policies (
    policy              TEXT PRIMARY KEY CHECK (policy ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    requests_per_minute BIGINT CHECK (requests_per_minute >= 0),
    requests_per_hour   BIGINT CHECK (requests_per_hour >= 0),
    requests_per_day    BIGINT CHECK (requests_per_day >= 0),
    requests_per_month  BIGINT CHECK (requests_per_month >= 0),
    enforcement         TEXT NOT NULL CHECK (enforcement IN ('enforce', 'shadow')),
    sliding_fallback    TEXT NOT NULL CHECK (sliding_fallback IN ('fair-share', 'closed', 'open')),
    calendar_fallback   TEXT NOT NULL CHECK (calendar_fallback IN ('fair-share', 'closed', 'open')),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_by          TEXT NOT NULL
);
COMMENT ON TABLE route_policies IS
    'Limits that hold for every tenant on the routes that name the policy, beside the tenant''s own; NULL is unlimited. Written by tollgate.set_route_policy.';

CREATE TABLE tenant_route_policies (
    tenant_id           tenant_name NOT NULL REFERENCES tenants,
    policy              TEXT NOT NULL CHECK (policy ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    requests_per_minute BIGINT CHECK (requests_per_minute >= 0),
    requests_per_hour   BIGINT CHECK (requests_per_hour >= 0),
    requests_per_day    BIGINT CHECK (requests_per_day >= 0),
    requests_per_month  BIGINT CHECK (requests_per_month >= 0),
    enforcement         TEXT NOT NULL CHECK (enforcement IN ('enforce', 'shadow')),
    sliding_fallback    TEXT NOT NULL CHECK (sliding_fallback IN ('fair-share', 'closed', 'open')),
    calendar_fallback   TEXT NOT NULL CHECK (calendar_fallback IN ('fair-share', 'closed', 'open')),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_by          TEXT NOT NULL,
    PRIMARY KEY (tenant_id, policy)
);
COMMENT ON TABLE tenant_route_policies IS
    'As route_policies for one tenant: such a row takes the place of the whole default. Written by tollgate.set_tenant_route_policy.';
SELECT tollgate.protect('tenant_route_policies', ARRAY['tollgate_gateway', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON route_policies, tenant_route_policies
    TO tollgate_gateway, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON route_policies
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.announce_catalog_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenant_route_policies
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.announce_catalog_change();

-- The row that a policy's limits make, with the defaults of tenant_quotas; p_subject begins what it complains of.
CREATE FUNCTION tollgate.route_policy_row(p_subject TEXT, p_tenant_id TEXT, p_policy TEXT, p_limits JSONB, p_actor TEXT)
RETURNS tenant_route_policies
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_odd TEXT;
BEGIN
    IF p_policy IS NULL OR p_policy !~ '^[a-z0-9][a-z0-9_-]{0,31}$' THEN
        RAISE EXCEPTION '%: a route policy cannot be named %', p_subject, p_policy USING ERRCODE = '22023';
    END IF;
    IF jsonb_typeof(p_limits) <> 'object' THEN
        RAISE EXCEPTION '%: the limits of a route policy are an object', p_subject USING ERRCODE = '22023';
    END IF;
    SELECT string_agg(key, ', ' ORDER BY key) INTO v_odd FROM jsonb_object_keys(p_limits) AS key
        WHERE key <> ALL (ARRAY['requests_per_minute', 'requests_per_hour', 'requests_per_day', 'requests_per_month',
            'enforcement', 'sliding_fallback', 'calendar_fallback']);
    IF v_odd IS NOT NULL THEN
        RAISE EXCEPTION '%: a route policy has no %', p_subject, v_odd USING ERRCODE = '22023';
    END IF;
    RETURN jsonb_populate_record(NULL::tenant_route_policies,
        '{"enforcement": "enforce", "sliding_fallback": "fair-share", "calendar_fallback": "closed"}'
        || jsonb_strip_nulls(p_limits)
        || jsonb_build_object('tenant_id', p_tenant_id, 'policy', p_policy, 'updated_at', clock_timestamp(), 'updated_by', p_actor));
END $$;
COMMENT ON FUNCTION tollgate.route_policy_row IS 'The row of a route policy with these limits; refuses names and limits that there are not.';

CREATE FUNCTION tollgate.set_route_policy(p_policy TEXT, p_limits JSONB, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row    route_policies%ROWTYPE;
    v_before JSONB;
    v_after  JSONB;
BEGIN
    LOCK TABLE route_policies IN SHARE ROW EXCLUSIVE MODE;
    SELECT to_jsonb(p) INTO v_before FROM route_policies p WHERE policy = p_policy;
    IF p_limits IS NULL THEN
        IF v_before IS NULL THEN
            RETURN false;
        END IF;
        DELETE FROM route_policies WHERE policy = p_policy;
    ELSE
        v_after := to_jsonb(tollgate.route_policy_row('route policy ' || p_policy, NULL, p_policy, p_limits, p_actor)) - 'tenant_id';
        IF v_before - 'updated_at' - 'updated_by' = v_after - 'updated_at' - 'updated_by' THEN
            RETURN false;
        END IF;
        v_row := jsonb_populate_record(NULL::route_policies, v_after);
        -- Only where there is such a row: each statement is announced to the gateways.
        IF v_before IS NOT NULL THEN
            DELETE FROM route_policies WHERE policy = p_policy;
        END IF;
        INSERT INTO route_policies SELECT v_row.*;
    END IF;
    INSERT INTO audit_log (actor, action, subject, before, after)
        VALUES (p_actor, 'route_policy.set', 'route_policies/' || p_policy, v_before, v_after);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.set_route_policy IS
    'Sets the limits of a route policy for all tenants (columns of route_policies; absent or null: unlimited), or removes it with NULL, and writes the audit log; false when nothing changed.';

CREATE FUNCTION tollgate.set_tenant_route_policy(p_tenant_id TEXT, p_policy TEXT, p_limits JSONB, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row    tenant_route_policies%ROWTYPE;
    v_before JSONB;
BEGIN
    PERFORM FROM tenants WHERE tenant_id = p_tenant_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no tenant %', p_tenant_id USING ERRCODE = '22023';
    END IF;
    SELECT to_jsonb(p) INTO v_before FROM tenant_route_policies p WHERE tenant_id = p_tenant_id AND policy = p_policy;
    IF p_limits IS NULL THEN
        IF v_before IS NULL THEN
            RETURN false;
        END IF;
        DELETE FROM tenant_route_policies WHERE tenant_id = p_tenant_id AND policy = p_policy;
    ELSE
        v_row := tollgate.route_policy_row('tenant ' || p_tenant_id, p_tenant_id, p_policy, p_limits, p_actor);
        IF v_before - 'updated_at' - 'updated_by' = to_jsonb(v_row) - 'updated_at' - 'updated_by' THEN
            RETURN false;
        END IF;
        IF v_before IS NOT NULL THEN
            DELETE FROM tenant_route_policies WHERE tenant_id = p_tenant_id AND policy = p_policy;
        END IF;
        INSERT INTO tenant_route_policies SELECT v_row.*;
    END IF;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after)
        VALUES (p_actor, 'route_policy.set', p_tenant_id, 'tenant_route_policies/' || p_policy, v_before,
            CASE WHEN p_limits IS NOT NULL THEN to_jsonb(v_row) END);
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.set_tenant_route_policy IS
    'As tollgate.set_route_policy for one tenant: its limits take the place of the policy''s; NULL brings those back.';
GRANT EXECUTE ON FUNCTION tollgate.set_route_policy, tollgate.set_tenant_route_policy TO tollgate_admin;

-- Who lives, and what each has booked. A gateway's bookings go once it has left or was not heard of for long.
CREATE TABLE quota_gateways (
    gateway     TEXT PRIMARY KEY,
    heard_at_us BIGINT NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE quota_gateways IS
    'Gateway processes by when the ledger last heard of each, microseconds since the epoch; 0 once it has left. Written by tollgate.attend_gateway and tollgate.book_usage.';
GRANT SELECT ON quota_gateways TO tollgate_gateway, tollgate_console, tollgate_admin;

CREATE TABLE quota_bookings (
    gateway     TEXT NOT NULL,
    tenant_id   tenant_name NOT NULL,
    policy      TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (gateway, tenant_id, policy)
) WITH (fillfactor = 50);
COMMENT ON TABLE quota_bookings IS
    'The last booking that each gateway made in a row of the ledger: a repeated one has no higher number. Written by tollgate.book_usage only.';
SELECT tollgate.protect('quota_bookings', ARRAY['tollgate_admin']);
GRANT SELECT ON quota_bookings TO tollgate_admin;

CREATE TABLE quota_reserves (
    tenant_id      tenant_name NOT NULL,
    policy         TEXT NOT NULL,
    reserve_key    TEXT NOT NULL,
    tokens         BIGINT NOT NULL,
    day_start_us   BIGINT NOT NULL,
    month_start_us BIGINT NOT NULL,
    ends_us        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, policy, reserve_key),
    FOREIGN KEY (tenant_id, policy) REFERENCES quota_ledger ON DELETE CASCADE
);
COMMENT ON TABLE quota_reserves IS
    'Tokens that gateways set aside for times without the ledger (key = gateway:number of the booking), charged to the day and month that began at those moments, usable until ends_us. Written by tollgate.book_usage only.';
CREATE INDEX quota_reserves_end ON quota_reserves (ends_us);
SELECT tollgate.protect('quota_reserves', ARRAY['tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON quota_reserves TO tollgate_console, tollgate_finance, tollgate_admin;

-- The exchange of V4, in which a row with a policy has the limits of that policy: the tenant's own ones if there are, else
-- everybody's.
CREATE OR REPLACE FUNCTION tollgate.exchange_leases_at(
    p_clock_us BIGINT, p_gateway TEXT, p_tenants TEXT[], p_policies TEXT[], p_leases BIGINT[], p_needs BIGINT[],
    p_wants BIGINT[], p_lives_ms INTEGER[], p_settled BIGINT[], p_used BIGINT[])
RETURNS TABLE (row_no INTEGER, known BOOLEAN, granted BIGINT, life_ms INTEGER, reading_us BIGINT, clock_us BIGINT,
    exhausted INTEGER, retry_after_ms BIGINT, ask_again_ms BIGINT,
    minute_limit BIGINT, minute_current BIGINT, minute_resets_ms BIGINT,
    hour_limit BIGINT, hour_current BIGINT, hour_resets_ms BIGINT,
    day_limit BIGINT, day_current BIGINT, day_resets_ms BIGINT,
    month_limit BIGINT, month_current BIGINT, month_resets_ms BIGINT)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    k_second_us      CONSTANT BIGINT := 1000000;
    k_half_minute_us CONSTANT BIGINT := 30000000;
    k_life_ms_max    CONSTANT INTEGER := 2000;
    k_tokens_max     CONSTANT BIGINT := 1000000;     -- of one lease
    k_sliding_max    CONSTANT BIGINT := 2000000000;  -- slots are INTEGER; a higher sliding limit counts as this
    k_leases_max     CONSTANT INTEGER := 64;         -- outstanding per row; the oldest is forfeited beyond
    k_grace_us       CONSTANT BIGINT := 10000000;    -- a lease not settled so long after its expiry is forfeited
    k_settle_us      CONSTANT BIGINT := 30000;       -- in which a live gateway settles after expiry
    k_unlimited      CONSTANT BIGINT := 9000000000000000;
    k_ask_us_min     CONSTANT BIGINT := 20000;
    k_overdue_us     CONSTANT BIGINT := 500000;      -- pace of asking while an expired lease is not settled
    r          RECORD;
    v_at_clock TIMESTAMPTZ;
    v_previous TEXT[];
    v_now      BIGINT;
    v_slot     BIGINT;  -- of 1 s, now
    v_hslot    BIGINT;  -- of 30 s, now
    v_minute   INTEGER[];
    v_hour     INTEGER[];
    v_msum     BIGINT;
    v_hsum     BIGINT;
    v_changed  BOOLEAN;
    v_keys     TEXT[];
    v_tokens   BIGINT[];
    v_readings BIGINT[];
    v_lives    INTEGER[];
    v_key      TEXT;
    v_settle1  TEXT;
    v_settle2  TEXT;
    v_at       INTEGER;
    v_expiry   BIGINT;
    v_end_slot BIGINT;
    v_k        BIGINT;
    v_n        BIGINT;
    v_used     BIGINT;
    v_valid    BOOLEAN;
    v_left     BIGINT;
    v_ask_us   BIGINT;
    v_retry_us BIGINT;
    v_free     BIGINT[];
    v_repeated BOOLEAN;
BEGIN
    INSERT INTO quota_ledger (tenant_id, policy, last_reading_us)
        SELECT t.tenant_id, w.policy, coalesce(p_clock_us, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
        FROM unnest(p_tenants, p_policies) AS w (tenant_id, policy) JOIN tenants t ON t.tenant_id = w.tenant_id
        WHERE NOT EXISTS (SELECT FROM quota_ledger l WHERE l.tenant_id = w.tenant_id AND l.policy = w.policy)
        ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    -- All exchanges lock in this order, so that none waits in a circle.
    PERFORM FROM unnest(p_tenants, p_policies) AS w (tenant_id, policy)
        JOIN quota_ledger l ON l.tenant_id = w.tenant_id AND l.policy = w.policy
        ORDER BY l.tenant_id, l.policy FOR NO KEY UPDATE OF l;
    -- Read after the locks: a grant that waited must not be dated before the one it waited for.
    clock_us := coalesce(p_clock_us, tollgate.epoch_us(clock_timestamp()));
    v_at_clock := tollgate.at_epoch_us(clock_us);

    FOR r IN
        SELECT w.*, l.last_reading_us, l.minute_sum, l.minute_slots, l.hour_sum, l.hour_slots,
            l.day_count, l.day_start_us, l.day_end_us, l.month_count, l.month_start_us, l.month_end_us,
            l.lease_keys, l.lease_tokens, l.lease_readings_us, l.lease_lives_ms,
            t.time_zone, CASE WHEN w.policy = '' THEN q.requests_per_minute WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_minute, k_unlimited) WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_minute, k_unlimited) END AS requests_per_minute,
            CASE WHEN w.policy = '' THEN q.requests_per_hour WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_hour, k_unlimited) WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_hour, k_unlimited) END AS requests_per_hour,
            CASE WHEN w.policy = '' THEN q.requests_per_day WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_day, k_unlimited) WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_day, k_unlimited) END AS requests_per_day,
            CASE WHEN w.policy = '' THEN q.requests_per_month WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_month, k_unlimited) WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_month, k_unlimited) END AS requests_per_month
        FROM unnest(p_tenants, p_policies, p_leases, p_needs, p_wants, p_lives_ms)
                WITH ORDINALITY AS w (tenant_id, policy, lease, need, want, life, i)
            LEFT JOIN quota_ledger l ON l.tenant_id = w.tenant_id AND l.policy = w.policy
            LEFT JOIN tenants t ON t.tenant_id = w.tenant_id
            LEFT JOIN tenant_quotas q ON q.tenant_id = w.tenant_id AND w.policy = ''
                AND q.valid_period @> v_at_clock
            LEFT JOIN tenant_route_policies o ON o.tenant_id = w.tenant_id AND o.policy = w.policy
            LEFT JOIN route_policies d ON d.policy = w.policy
        ORDER BY w.tenant_id, w.policy
    LOOP
        IF v_previous = ARRAY[r.tenant_id, r.policy] THEN
            RAISE EXCEPTION 'tenant % asks twice in one exchange', r.tenant_id USING ERRCODE = '22023';
        END IF;
        v_previous := ARRAY[r.tenant_id, r.policy];
        row_no := r.i;
        known := r.last_reading_us IS NOT NULL AND r.requests_per_minute IS NOT NULL;
        granted := 0;
        life_ms := 0;
        exhausted := 0;
        retry_after_ms := 0;
        ask_again_ms := 0;
        reading_us := clock_us;
        IF r.last_reading_us IS NULL THEN
            minute_limit := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;

        v_now := greatest(clock_us, r.last_reading_us);
        reading_us := v_now;
        v_changed := false;
        v_free := NULL;

        -- Free what has left the sliding windows.
        v_minute := r.minute_slots;
        v_msum := r.minute_sum;
        v_slot := v_now / k_second_us;
        IF v_msum > 0 THEN
            v_k := r.last_reading_us / k_second_us;
            FOR k IN v_k - 60 .. least(v_slot - 61, v_k + 2) LOOP
                v_at := (k % 63)::integer + 1;
                v_msum := v_msum - v_minute[v_at];
                v_minute[v_at] := 0;
            END LOOP;
        END IF;
        v_hour := r.hour_slots;
        v_hsum := r.hour_sum;
        v_hslot := v_now / k_half_minute_us;
        IF v_hsum > 0 THEN
            v_k := r.last_reading_us / k_half_minute_us;
            FOR k IN v_k - 120 .. least(v_hslot - 121, v_k + 1) LOOP
                v_at := (k % 122)::integer + 1;
                v_hsum := v_hsum - v_hour[v_at];
                v_hour[v_at] := 0;
            END LOOP;
        END IF;

        -- Open the next calendar window. A lease of the window before never returns tokens to it.
        IF v_now >= r.day_end_us THEN
            SELECT greatest(c.start_us, r.day_end_us), c.end_us, 0 INTO r.day_start_us, r.day_end_us, r.day_count
                FROM tollgate.calendar_window('day', v_now, r.time_zone) c;
            v_changed := true;
        END IF;
        IF v_now >= r.month_end_us THEN
            SELECT greatest(c.start_us, r.month_end_us), c.end_us, 0 INTO r.month_start_us, r.month_end_us, r.month_count
                FROM tollgate.calendar_window('month', v_now, r.time_zone) c;
            v_changed := true;
        END IF;

        -- Settle what is finished, forfeit what is overdue, keep the rest.
        v_key := p_gateway || ':' || r.lease;
        v_settle1 := p_gateway || ':' || p_settled[2 * r.i - 1];
        v_settle2 := p_gateway || ':' || p_settled[2 * r.i];
        v_keys := '{}';
        v_tokens := '{}';
        v_readings := '{}';
        v_lives := '{}';
        v_repeated := false;
        v_ask_us := NULL;
        FOR x IN 1 .. cardinality(r.lease_keys) LOOP
            v_expiry := r.lease_readings_us[x] + r.lease_lives_ms[x] * 1000::bigint;
            IF r.lease_keys[x] = v_settle1 OR r.lease_keys[x] = v_settle2 THEN
                v_changed := true;
                v_at := 3 * (2 * r.i - CASE WHEN r.lease_keys[x] = v_settle1 THEN 2 ELSE 1 END)::integer;
                v_n := r.lease_tokens[x];
                v_used := p_used[v_at + 1] + p_used[v_at + 2] + p_used[v_at + 3];
                v_valid := p_used[v_at + 1] >= 0 AND p_used[v_at + 2] >= 0 AND p_used[v_at + 3] >= 0 AND v_used <= v_n;
                v_end_slot := v_expiry / k_second_us;
                -- A settlement that cannot be true leaves the tokens where they are, used at the latest moment.
                IF v_valid THEN
                    IF v_end_slot >= v_slot - 60 THEN
                        v_minute[(v_end_slot % 63)::integer + 1] := v_minute[(v_end_slot % 63)::integer + 1] - v_n;
                        v_msum := v_msum - v_n;
                    END IF;
                    IF v_end_slot / 30 >= v_hslot - 120 THEN
                        v_hour[(v_end_slot / 30 % 122)::integer + 1] := v_hour[(v_end_slot / 30 % 122)::integer + 1] - v_n;
                        v_hsum := v_hsum - v_n;
                    END IF;
                    FOR j IN 0 .. 2 LOOP
                        v_k := least(r.lease_readings_us[x] / k_second_us + j, v_end_slot);
                        v_n := p_used[v_at + 1 + j];
                        IF v_n > 0 AND v_k >= v_slot - 60 THEN
                            v_minute[(v_k % 63)::integer + 1] := v_minute[(v_k % 63)::integer + 1] + v_n;
                            v_msum := v_msum + v_n;
                        END IF;
                        IF v_n > 0 AND v_k / 30 >= v_hslot - 120 THEN
                            v_hour[(v_k / 30 % 122)::integer + 1] := v_hour[(v_k / 30 % 122)::integer + 1] + v_n;
                            v_hsum := v_hsum + v_n;
                        END IF;
                    END LOOP;
                    IF r.lease_readings_us[x] >= r.day_start_us THEN
                        r.day_count := r.day_count - (r.lease_tokens[x] - v_used);
                    END IF;
                    IF r.lease_readings_us[x] >= r.month_start_us THEN
                        r.month_count := r.month_count - (r.lease_tokens[x] - v_used);
                    END IF;
                END IF;
            ELSIF v_expiry + k_grace_us <= v_now THEN
                v_changed := true;
            ELSE
                v_keys := v_keys || r.lease_keys[x];
                v_tokens := v_tokens || r.lease_tokens[x];
                v_readings := v_readings || r.lease_readings_us[x];
                v_lives := v_lives || r.lease_lives_ms[x];
                v_ask_us := least(v_ask_us,
                    CASE WHEN v_expiry + k_settle_us > v_now THEN v_expiry + k_settle_us ELSE v_now + k_overdue_us END);
                IF r.lease_keys[x] = v_key AND r.want > 0 THEN
                    v_repeated := true;
                    granted := r.lease_tokens[x];
                    life_ms := r.lease_lives_ms[x];
                    reading_us := r.lease_readings_us[x];
                END IF;
            END IF;
        END LOOP;

        IF least(v_msum, v_hsum, r.day_count, r.month_count) < 0 THEN
            RAISE WARNING 'the quota ledger of tenant % does not add up; it grants nothing', r.tenant_id;
            known := false;
            granted := 0;
            minute_limit := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;

        -- Grant the same number in all windows, or nothing.
        IF known AND r.want > 0 AND NOT v_repeated THEN
            v_left := least(least(r.requests_per_minute, k_sliding_max) - v_msum, least(r.requests_per_hour, k_sliding_max) - v_hsum,
                r.requests_per_day - r.day_count, r.requests_per_month - r.month_count);
            v_n := least(greatest(r.want, r.need), v_left, k_tokens_max);
            life_ms := least(r.life, k_life_ms_max, (least(r.day_end_us, r.month_end_us) - v_now) / 1000);
            IF v_n >= greatest(r.need, 1) AND life_ms > 0 THEN
                v_changed := true;
                granted := v_n;
                v_end_slot := (v_now + life_ms * 1000::bigint) / k_second_us;
                v_minute[(v_end_slot % 63)::integer + 1] := v_minute[(v_end_slot % 63)::integer + 1] + v_n;
                v_msum := v_msum + v_n;
                v_hour[(v_end_slot / 30 % 122)::integer + 1] := v_hour[(v_end_slot / 30 % 122)::integer + 1] + v_n;
                v_hsum := v_hsum + v_n;
                r.day_count := r.day_count + v_n;
                r.month_count := r.month_count + v_n;
                IF cardinality(v_keys) >= k_leases_max THEN
                    v_keys := v_keys[2:];
                    v_tokens := v_tokens[2:];
                    v_readings := v_readings[2:];
                    v_lives := v_lives[2:];
                END IF;
                v_keys := v_keys || v_key;
                v_tokens := v_tokens || v_n;
                v_readings := v_readings || v_now;
                v_lives := v_lives || life_ms;
            ELSE
                life_ms := 0;
                v_n := greatest(r.need, 1);
                v_free := ARRAY[
                    tollgate.slots_free_at_us(v_minute, v_slot, 60, k_second_us, v_n + v_msum - least(r.requests_per_minute, k_sliding_max)),
                    tollgate.slots_free_at_us(v_hour, v_hslot, 120, k_half_minute_us, v_n + v_hsum - least(r.requests_per_hour, k_sliding_max)),
                    CASE WHEN v_n + r.day_count > r.requests_per_day THEN r.day_end_us ELSE 0 END,
                    CASE WHEN v_n + r.month_count > r.requests_per_month THEN r.month_end_us ELSE 0 END];
                v_retry_us := greatest(v_free[1], v_free[2], v_free[3], v_free[4], v_now + 1000);
                exhausted := coalesce(array_position(v_free, v_retry_us), 3);
                retry_after_ms := (v_retry_us - v_now + 999) / 1000;
                -- Leases held by others can return tokens before the windows do.
                v_ask_us := CASE WHEN v_ask_us IS NULL THEN v_retry_us ELSE least(v_retry_us, greatest(v_ask_us, v_now + k_ask_us_min)) END;
                ask_again_ms := (v_ask_us - v_now + 999) / 1000;
            END IF;
        END IF;

        IF v_changed THEN
            UPDATE quota_ledger SET last_reading_us = v_now,
                minute_sum = v_msum, minute_slots = v_minute, hour_sum = v_hsum, hour_slots = v_hour,
                day_count = r.day_count, day_start_us = r.day_start_us, day_end_us = r.day_end_us,
                month_count = r.month_count, month_start_us = r.month_start_us, month_end_us = r.month_end_us,
                lease_keys = v_keys, lease_tokens = v_tokens, lease_readings_us = v_readings, lease_lives_ms = v_lives
                WHERE tenant_id = r.tenant_id AND policy = r.policy;
        END IF;

        minute_limit := r.requests_per_minute;
        minute_current := v_msum;
        minute_resets_ms := (coalesce(nullif(v_free[1], 0), (v_slot + 61) * k_second_us) - v_now + 999) / 1000;
        hour_limit := r.requests_per_hour;
        hour_current := v_hsum;
        hour_resets_ms := (coalesce(nullif(v_free[2], 0), (v_hslot + 121) * k_half_minute_us) - v_now + 999) / 1000;
        day_limit := r.requests_per_day;
        day_current := r.day_count;
        day_resets_ms := (r.day_end_us - v_now + 999) / 1000;
        month_limit := r.requests_per_month;
        month_current := r.month_count;
        month_resets_ms := (r.month_end_us - v_now + 999) / 1000;
        RETURN NEXT;
    END LOOP;
END $$;

-- One ring brought to now: slots that have left the window are emptied.
CREATE FUNCTION tollgate.advance_ring(
    INOUT p_slots INTEGER[], INOUT p_sum BIGINT, p_last BIGINT, p_now BIGINT, p_window INTEGER)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_size INTEGER := cardinality(p_slots);
    v_at   INTEGER;
BEGIN
    IF p_sum > 0 THEN
        FOR k IN p_last - p_window .. least(p_now - p_window - 1, p_last - p_window + v_size - 1) LOOP
            v_at := (k % v_size)::integer + 1;
            p_sum := p_sum - p_slots[v_at];
            p_slots[v_at] := 0;
        END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION tollgate.advance_ring IS
    'A ring of slots and its sum without what has left the window; p_last is the newest slot of the last reading, p_now that of now.';

-- Row i is booking p_numbers[i] of the gateway. Its uses end at p_use_ends[i] in p_use_seconds and p_use_tokens and begin
-- after those of row i - 1; the reserves that it returns end at p_return_ends[i] in p_returns. It then wants p_reserves[i]
-- tokens as a reserve. A row is locked and counted as in an exchange.
CREATE FUNCTION tollgate.book_usage_at(
    p_clock_us BIGINT, p_gateway TEXT, p_tenants TEXT[], p_policies TEXT[], p_numbers BIGINT[], p_reserves BIGINT[],
    p_use_ends INTEGER[], p_use_seconds BIGINT[], p_use_tokens BIGINT[], p_return_ends INTEGER[], p_returns TEXT[])
RETURNS TABLE (row_no INTEGER, known BOOLEAN, reserve_key TEXT, reserve_tokens BIGINT, reserve_ends_ms BIGINT, clock_us BIGINT,
    minute_limit BIGINT, minute_current BIGINT, minute_resets_ms BIGINT,
    hour_limit BIGINT, hour_current BIGINT, hour_resets_ms BIGINT,
    day_limit BIGINT, day_current BIGINT, day_resets_ms BIGINT,
    month_limit BIGINT, month_current BIGINT, month_resets_ms BIGINT)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    k_second_us      CONSTANT BIGINT := 1000000;
    k_half_minute_us CONSTANT BIGINT := 30000000;
    k_sliding_max    CONSTANT BIGINT := 2000000000;  -- of a slot and of a sliding limit: leases that settle still fit
    k_reserve_max    CONSTANT BIGINT := 100000000;
    k_unlimited      CONSTANT BIGINT := 9000000000000000;
    r          RECORD;
    v_at_clock TIMESTAMPTZ;
    v_previous TEXT[];
    v_now      BIGINT;
    v_slot     BIGINT;  -- of 1 s, now
    v_hslot    BIGINT;  -- of 30 s, now
    v_minute   INTEGER[];
    v_hour     INTEGER[];
    v_msum     BIGINT;
    v_hsum     BIGINT;
    v_returned RECORD;
    v_k        BIGINT;
    v_n        BIGINT;
    v_at       INTEGER;
    v_room     BIGINT;
BEGIN
    -- A gateway that books lives; its bookings are removed with its row.
    IF cardinality(p_tenants) > 0 THEN
        INSERT INTO quota_gateways (gateway, heard_at_us)
            VALUES (p_gateway, coalesce(p_clock_us, tollgate.epoch_us(clock_timestamp())))
        ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO quota_ledger (tenant_id, policy, last_reading_us)
        SELECT t.tenant_id, w.policy, coalesce(p_clock_us, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
        FROM unnest(p_tenants, p_policies) AS w (tenant_id, policy) JOIN tenants t ON t.tenant_id = w.tenant_id
        WHERE NOT EXISTS (SELECT FROM quota_ledger l WHERE l.tenant_id = w.tenant_id AND l.policy = w.policy)
        ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    -- In the order in which exchanges lock. Whoever holds a row of the ledger owns its bookings and reserves.
    PERFORM FROM unnest(p_tenants, p_policies) AS w (tenant_id, policy)
        JOIN quota_ledger l ON l.tenant_id = w.tenant_id AND l.policy = w.policy
        ORDER BY l.tenant_id, l.policy FOR NO KEY UPDATE OF l;
    clock_us := coalesce(p_clock_us, tollgate.epoch_us(clock_timestamp()));
    v_at_clock := tollgate.at_epoch_us(clock_us);

    FOR r IN
        SELECT w.*, l.last_reading_us, l.minute_sum, l.minute_slots, l.hour_sum, l.hour_slots,
            l.day_count, l.day_start_us, l.day_end_us, l.month_count, l.month_start_us, l.month_end_us,
            b.last_number, t.time_zone,
            CASE WHEN w.policy = '' THEN q.requests_per_minute WHEN w.policy = '#db_queries' THEN k_unlimited
                WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_minute, k_unlimited)
                WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_minute, k_unlimited) END AS per_minute,
            CASE WHEN w.policy = '' THEN q.requests_per_hour WHEN w.policy = '#db_queries' THEN q.db_queries_per_hour
                WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_hour, k_unlimited)
                WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_hour, k_unlimited) END AS per_hour,
            CASE WHEN w.policy = '' THEN q.requests_per_day WHEN w.policy = '#db_queries' THEN k_unlimited
                WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_day, k_unlimited)
                WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_day, k_unlimited) END AS per_day,
            CASE WHEN w.policy = '' THEN q.requests_per_month WHEN w.policy = '#db_queries' THEN k_unlimited
                WHEN o.policy IS NOT NULL THEN coalesce(o.requests_per_month, k_unlimited)
                WHEN d.policy IS NOT NULL THEN coalesce(d.requests_per_month, k_unlimited) END AS per_month
        FROM unnest(p_tenants, p_policies, p_numbers, p_reserves, p_use_ends, p_return_ends)
                WITH ORDINALITY AS w (tenant_id, policy, number, reserve, use_end, return_end, i)
            LEFT JOIN quota_ledger l ON l.tenant_id = w.tenant_id AND l.policy = w.policy
            LEFT JOIN tenants t ON t.tenant_id = w.tenant_id
            LEFT JOIN tenant_quotas q ON q.tenant_id = w.tenant_id AND w.policy IN ('', '#db_queries')
                AND q.valid_period @> v_at_clock
            LEFT JOIN tenant_route_policies o ON o.tenant_id = w.tenant_id AND o.policy = w.policy
            LEFT JOIN route_policies d ON d.policy = w.policy
            LEFT JOIN quota_bookings b ON b.gateway = p_gateway AND b.tenant_id = w.tenant_id AND b.policy = w.policy
        ORDER BY w.tenant_id, w.policy
    LOOP
        IF v_previous = ARRAY[r.tenant_id, r.policy] THEN
            RAISE EXCEPTION 'tenant % books twice in one call', r.tenant_id USING ERRCODE = '22023';
        END IF;
        v_previous := ARRAY[r.tenant_id, r.policy];
        row_no := r.i;
        known := r.last_reading_us IS NOT NULL AND r.per_hour IS NOT NULL;
        reserve_key := '';
        reserve_tokens := 0;
        reserve_ends_ms := 0;
        IF NOT known THEN
            minute_limit := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;

        v_now := greatest(clock_us, r.last_reading_us);
        v_slot := v_now / k_second_us;
        v_hslot := v_now / k_half_minute_us;
        SELECT a.p_slots, a.p_sum INTO v_minute, v_msum
            FROM tollgate.advance_ring(r.minute_slots, r.minute_sum, r.last_reading_us / k_second_us, v_slot, 60) a;
        SELECT a.p_slots, a.p_sum INTO v_hour, v_hsum
            FROM tollgate.advance_ring(r.hour_slots, r.hour_sum, r.last_reading_us / k_half_minute_us, v_hslot, 120) a;
        IF v_now >= r.day_end_us THEN
            SELECT greatest(c.start_us, r.day_end_us), c.end_us, 0 INTO r.day_start_us, r.day_end_us, r.day_count
                FROM tollgate.calendar_window('day', v_now, r.time_zone) c;
        END IF;
        IF v_now >= r.month_end_us THEN
            SELECT greatest(c.start_us, r.month_end_us), c.end_us, 0 INTO r.month_start_us, r.month_end_us, r.month_count
                FROM tollgate.calendar_window('month', v_now, r.time_zone) c;
        END IF;

        IF r.last_number >= r.number THEN
            SELECT s.reserve_key, s.tokens, s.ends_us / 1000 INTO reserve_key, reserve_tokens, reserve_ends_ms FROM quota_reserves s
                WHERE s.tenant_id = r.tenant_id AND s.policy = r.policy AND s.reserve_key = p_gateway || ':' || r.number;
            IF NOT FOUND THEN
                reserve_key := '';
                reserve_tokens := 0;
                reserve_ends_ms := 0;
            END IF;
        ELSIF r.reserve > 0 OR r.use_end > coalesce(p_use_ends[r.i - 1], 0) OR r.return_end > coalesce(p_return_ends[r.i - 1], 0) THEN
            -- A reserve returns to the windows that it was charged to, if they still run.
            FOR x IN coalesce(p_return_ends[r.i - 1], 0) + 1 .. r.return_end LOOP
                DELETE FROM quota_reserves s WHERE s.tenant_id = r.tenant_id AND s.policy = r.policy AND s.reserve_key = p_returns[x]
                    RETURNING s.tokens, s.day_start_us, s.month_start_us INTO v_returned;
                IF v_returned.day_start_us = r.day_start_us THEN
                    r.day_count := r.day_count - v_returned.tokens;
                END IF;
                IF v_returned.month_start_us = r.month_start_us THEN
                    r.month_count := r.month_count - v_returned.tokens;
                END IF;
            END LOOP;

            FOR x IN coalesce(p_use_ends[r.i - 1], 0) + 1 .. r.use_end LOOP
                v_k := least(p_use_seconds[x], v_slot);
                v_n := least(greatest(p_use_tokens[x], 0), k_sliding_max);
                IF v_k >= v_slot - 60 THEN
                    v_at := (v_k % 63)::integer + 1;
                    v_room := greatest(0, least(v_n, k_sliding_max - v_minute[v_at]));
                    v_minute[v_at] := v_minute[v_at] + v_room;
                    v_msum := v_msum + v_room;
                END IF;
                IF v_k / 30 >= v_hslot - 120 THEN
                    v_at := (v_k / 30 % 122)::integer + 1;
                    v_room := greatest(0, least(v_n, k_sliding_max - v_hour[v_at]));
                    v_hour[v_at] := v_hour[v_at] + v_room;
                    v_hsum := v_hsum + v_room;
                END IF;
                IF (v_k + 1) * k_second_us > r.day_start_us THEN
                    r.day_count := r.day_count + v_n;
                END IF;
                IF (v_k + 1) * k_second_us > r.month_start_us THEN
                    r.month_count := r.month_count + v_n;
                END IF;
            END LOOP;

            v_n := least(r.reserve, r.per_day - r.day_count, r.per_month - r.month_count, k_reserve_max);
            IF v_n > 0 THEN
                reserve_key := p_gateway || ':' || r.number;
                reserve_tokens := v_n;
                v_k := least(r.day_end_us, r.month_end_us);
                reserve_ends_ms := v_k / 1000;
                INSERT INTO quota_reserves VALUES
                    (r.tenant_id, r.policy, reserve_key, v_n, r.day_start_us, r.month_start_us, v_k);
                r.day_count := r.day_count + v_n;
                r.month_count := r.month_count + v_n;
            END IF;

            INSERT INTO quota_bookings VALUES (p_gateway, r.tenant_id, r.policy, r.number)
            ON CONFLICT (gateway, tenant_id, policy) DO UPDATE SET last_number = excluded.last_number;
            UPDATE quota_ledger SET last_reading_us = v_now,
                minute_sum = v_msum, minute_slots = v_minute, hour_sum = v_hsum, hour_slots = v_hour,
                day_count = r.day_count, day_start_us = r.day_start_us, day_end_us = r.day_end_us,
                month_count = r.month_count, month_start_us = r.month_start_us, month_end_us = r.month_end_us
                WHERE tenant_id = r.tenant_id AND policy = r.policy;
        END IF;

        minute_limit := r.per_minute;
        minute_current := v_msum;
        v_k := tollgate.slots_free_at_us(v_minute, v_slot, 60, k_second_us, 1 + v_msum - least(r.per_minute, k_sliding_max));
        minute_resets_ms := (coalesce(nullif(v_k, 0), (v_slot + 61) * k_second_us) - v_now + 999) / 1000;
        hour_limit := r.per_hour;
        hour_current := v_hsum;
        v_k := tollgate.slots_free_at_us(v_hour, v_hslot, 120, k_half_minute_us, 1 + v_hsum - least(r.per_hour, k_sliding_max));
        hour_resets_ms := (coalesce(nullif(v_k, 0), (v_hslot + 121) * k_half_minute_us) - v_now + 999) / 1000;
        day_limit := r.per_day;
        day_current := r.day_count;
        day_resets_ms := (r.day_end_us - v_now + 999) / 1000;
        month_limit := r.per_month;
        month_current := r.month_count;
        month_resets_ms := (r.month_end_us - v_now + 999) / 1000;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION tollgate.book_usage_at IS
    'Books usage without leases, takes reserves back and grants reserves, at a clock given in microseconds (NULL: this server''s). For tests; services call tollgate.book_usage.';

CREATE FUNCTION tollgate.book_usage(
    p_gateway TEXT, p_tenants TEXT[], p_policies TEXT[], p_numbers BIGINT[], p_reserves BIGINT[],
    p_use_ends INTEGER[], p_use_seconds BIGINT[], p_use_tokens BIGINT[], p_return_ends INTEGER[], p_returns TEXT[])
RETURNS TABLE (row_no INTEGER, known BOOLEAN, reserve_key TEXT, reserve_tokens BIGINT, reserve_ends_ms BIGINT, clock_us BIGINT,
    minute_limit BIGINT, minute_current BIGINT, minute_resets_ms BIGINT,
    hour_limit BIGINT, hour_current BIGINT, hour_resets_ms BIGINT,
    day_limit BIGINT, day_current BIGINT, day_resets_ms BIGINT,
    month_limit BIGINT, month_current BIGINT, month_resets_ms BIGINT)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM tollgate.book_usage_at(NULL, p_gateway, p_tenants, p_policies, p_numbers, p_reserves,
        p_use_ends, p_use_seconds, p_use_tokens, p_return_ends, p_returns)
$$;
COMMENT ON FUNCTION tollgate.book_usage IS
    'Books usage without leases, takes reserves back and grants reserves, each row once: a number not higher than the last of that gateway and row changes nothing. The policy #db_queries counts database queries against db_queries_per_hour. A spent sliding window resets when one token is free. A row that is not known has no limits and nothing of it was booked.';
GRANT EXECUTE ON FUNCTION tollgate.book_usage TO tollgate_gateway;

-- Rows that others hold are left for the next call, so that this waits for nobody.
CREATE FUNCTION tollgate.attend_gateway_at(p_clock_us BIGINT, p_gateway TEXT) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    k_silence_us      CONSTANT BIGINT := 30000000;
    k_bookings_us     CONSTANT BIGINT := 604800000000;  -- no booking is repeated so late
    k_reserves_us     CONSTANT BIGINT := 86400000000;   -- after its end, a reserve not returned so far is forfeited
    k_rows_max        CONSTANT INTEGER := 500;          -- pruned by one call, of each table
    v_now  BIGINT := coalesce(p_clock_us, tollgate.epoch_us(clock_timestamp()));
    v_gone TEXT;
BEGIN
    INSERT INTO quota_gateways (gateway, heard_at_us) VALUES (p_gateway, v_now)
    ON CONFLICT (gateway) DO UPDATE SET heard_at_us = excluded.heard_at_us;
    SELECT gateway INTO v_gone FROM quota_gateways WHERE heard_at_us <= v_now - k_bookings_us LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
        DELETE FROM quota_bookings WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM quota_bookings WHERE gateway = v_gone LIMIT k_rows_max FOR UPDATE SKIP LOCKED));
        IF NOT EXISTS (SELECT FROM quota_bookings WHERE gateway = v_gone) THEN
            DELETE FROM quota_gateways WHERE gateway = v_gone;
        END IF;
    END IF;
    DELETE FROM quota_reserves WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM quota_reserves WHERE ends_us <= v_now - k_reserves_us LIMIT k_rows_max FOR UPDATE SKIP LOCKED));
    RETURN (SELECT count(*) FROM quota_gateways WHERE heard_at_us > v_now - k_silence_us);
END $$;
COMMENT ON FUNCTION tollgate.attend_gateway_at IS
    'tollgate.attend_gateway at a clock given in microseconds (NULL: this server''s). For tests.';

CREATE FUNCTION tollgate.attend_gateway(p_gateway TEXT) RETURNS INTEGER
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT tollgate.attend_gateway_at(NULL, p_gateway)
$$;
COMMENT ON FUNCTION tollgate.attend_gateway IS
    'Names a gateway as living and answers how many were heard of within 30 s. Removes, a few at a time, bookings of gateways that are gone and reserves long over.';

CREATE FUNCTION tollgate.leave_gateway(p_gateway TEXT) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE quota_gateways SET heard_at_us = 0 WHERE gateway = p_gateway
$$;
COMMENT ON FUNCTION tollgate.leave_gateway IS 'A gateway stops: it is not counted any more, and its row goes with its bookings.';
GRANT EXECUTE ON FUNCTION tollgate.attend_gateway, tollgate.leave_gateway TO tollgate_gateway;

CREATE OR REPLACE FUNCTION tollgate.warm_exchange() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_name TEXT := 'warm-up.' || pg_backend_pid();
BEGIN
    INSERT INTO tenants (tenant_id, display_name, created_by) VALUES (v_name, 'warm-up', 'tollgate.warm_exchange');
    INSERT INTO tenant_quotas (tenant_id, requests_per_day, created_by, valid_period)
        VALUES (v_name, 9, 'tollgate.warm_exchange', '[2000-01-01,)');
    FOR i IN 1 .. 6 LOOP
        PERFORM FROM tollgate.exchange_leases(v_name, ARRAY[v_name], ARRAY[''], ARRAY[i], ARRAY[1], ARRAY[2],
            ARRAY[2000], ARRAY[i - 1, 0], ARRAY[1, 0, 0, 0, 0, 0]);
        PERFORM FROM tollgate.book_usage(v_name, ARRAY[v_name], ARRAY[''], ARRAY[i], ARRAY[1], ARRAY[1], ARRAY[0], ARRAY[0],
            ARRAY[1], ARRAY[v_name || ':' || i - 1]);
        PERFORM FROM tollgate.attend_gateway(v_name);
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'TGW00';
EXCEPTION WHEN SQLSTATE 'TGW00' THEN
    RETURN;
END $$;
COMMENT ON FUNCTION tollgate.warm_exchange IS
    'Lets this connection compile and plan tollgate.exchange_leases, book_usage and attend_gateway; changes nothing.';

-- Quotas that have a limit, the tenant's own ones first.
CREATE OR REPLACE FUNCTION tollgate.quota_usage(p_tenant_id TEXT)
RETURNS TABLE (policy TEXT, quota_type TEXT, limit_value BIGINT, current_value BIGINT, resets_at TIMESTAMPTZ)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH moment AS MATERIALIZED (
        SELECT tollgate.epoch_us(clock_timestamp()) AS clock_us),
    limits AS MATERIALIZED (
        SELECT 1 AS rank, '' AS policy, q.requests_per_minute, q.requests_per_hour, q.requests_per_day, q.requests_per_month
            FROM moment, tenant_quotas q
            WHERE q.tenant_id = p_tenant_id AND q.valid_period @> tollgate.at_epoch_us(clock_us)
        UNION ALL
        SELECT 2, '#db_queries', NULL, q.db_queries_per_hour, NULL, NULL
            FROM moment, tenant_quotas q
            WHERE q.tenant_id = p_tenant_id AND q.valid_period @> tollgate.at_epoch_us(clock_us)
        UNION ALL
        SELECT 3, o.policy, o.requests_per_minute, o.requests_per_hour, o.requests_per_day, o.requests_per_month
            FROM tenant_route_policies o WHERE o.tenant_id = p_tenant_id
        UNION ALL
        SELECT 3, d.policy, d.requests_per_minute, d.requests_per_hour, d.requests_per_day, d.requests_per_month
            FROM route_policies d
            WHERE NOT EXISTS (SELECT FROM tenant_route_policies o WHERE o.tenant_id = p_tenant_id AND o.policy = d.policy)),
    ledger AS MATERIALIZED (
        SELECT i.*, t.time_zone, l.minute_slots, l.hour_slots, l.day_count, l.day_end_us, l.month_count, l.month_end_us,
            coalesce(l.last_reading_us, 0) AS last_us, greatest(l.last_reading_us, clock_us) AS now_us
        FROM moment CROSS JOIN tenants t CROSS JOIN limits i
            LEFT JOIN quota_ledger l ON l.tenant_id = t.tenant_id AND l.policy = i.policy
        WHERE t.tenant_id = p_tenant_id),
    usage AS (
        SELECT rank, policy, 1 AS quota_no, 'requests_per_minute' AS quota_type, requests_per_minute AS limit_value,
                coalesce(u.used, 0) AS current_value,
                tollgate.at_epoch_us((coalesce(u.oldest, now_us / 1000000) + 61) * 1000000) AS resets_at
            FROM ledger LEFT JOIN LATERAL tollgate.sliding_usage(minute_slots, last_us / 1000000, now_us / 1000000, 60) u ON minute_slots IS NOT NULL
        UNION ALL
        SELECT rank, policy, 2, CASE policy WHEN '#db_queries' THEN 'db_queries_per_hour' ELSE 'requests_per_hour' END, requests_per_hour,
                coalesce(u.used, 0), tollgate.at_epoch_us((coalesce(u.oldest, now_us / 30000000) + 121) * 30000000)
            FROM ledger LEFT JOIN LATERAL tollgate.sliding_usage(hour_slots, last_us / 30000000, now_us / 30000000, 120) u ON hour_slots IS NOT NULL
        UNION ALL
        SELECT rank, policy, 3, 'requests_per_day', requests_per_day, CASE WHEN day_end_us > now_us THEN day_count ELSE 0 END,
                tollgate.at_epoch_us(CASE WHEN day_end_us > now_us THEN day_end_us
                    ELSE (tollgate.calendar_window('day', now_us, time_zone)).end_us END)
            FROM ledger
        UNION ALL
        SELECT rank, policy, 4, 'requests_per_month', requests_per_month, CASE WHEN month_end_us > now_us THEN month_count ELSE 0 END,
                tollgate.at_epoch_us(CASE WHEN month_end_us > now_us THEN month_end_us
                    ELSE (tollgate.calendar_window('month', now_us, time_zone)).end_us END)
            FROM ledger)
    SELECT CASE policy WHEN '#db_queries' THEN '' ELSE policy END, quota_type, limit_value, current_value, resets_at
    FROM usage WHERE limit_value IS NOT NULL ORDER BY rank, policy, quota_no
$$;
COMMENT ON FUNCTION tollgate.quota_usage IS
    'What the ledger counts for a tenant now in each window that has a limit, of its own (policy empty) and of its route policies, the limits in force, and when tokens return (calendar: the window''s end; sliding: when the oldest leave). Takes nothing. Visible rows are the caller''s.';

CREATE OR REPLACE FUNCTION check_tenant_quota(p_tenant_id TEXT, p_quota_type TEXT) RETURNS JSONB
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_usage RECORD;
BEGIN
    IF p_quota_type IS NULL OR p_quota_type NOT IN ('minute', 'hour', 'day', 'month') THEN
        RETURN jsonb_build_object('allowed', false, 'reason', 'Invalid quota type');
    END IF;
    SELECT * INTO v_usage FROM tollgate.quota_usage(p_tenant_id) u
        WHERE u.policy = '' AND u.quota_type = 'requests_per_' || p_quota_type;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('allowed', false, 'reason', 'Tenant not found or quota not configured');
    END IF;
    IF v_usage.current_value < v_usage.limit_value THEN
        RETURN jsonb_build_object('allowed', true, 'limit', v_usage.limit_value, 'current', v_usage.current_value,
            'remaining', v_usage.limit_value - v_usage.current_value);
    END IF;
    INSERT INTO tenant_quota_violations AS v (tenant_id, quota_type, limit_value, current_value, violated_at)
        VALUES (p_tenant_id, v_usage.quota_type, v_usage.limit_value, v_usage.current_value, date_trunc('minute', clock_timestamp()))
    ON CONFLICT (tenant_id, violated_at, quota_type, route) DO UPDATE SET
        denied_count = v.denied_count + 1, limit_value = excluded.limit_value, current_value = excluded.current_value;
    RETURN jsonb_build_object('allowed', false, 'reason', 'Quota exceeded', 'limit', v_usage.limit_value,
        'current', v_usage.current_value, 'resets_at', v_usage.resets_at);
END $$;

-- The gateway refuses writes by what a tenant stores, and polls it for all tenants: one row each.
CREATE TABLE tenant_storage (
    tenant_id     TEXT PRIMARY KEY,
    hour_bucket   TIMESTAMPTZ NOT NULL,
    storage_bytes BIGINT NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE tenant_storage IS
    'What each tenant stores by its latest bucket of tenant_metrics_hourly (each carries the last value forward). Written by that table''s triggers.';
SELECT tollgate.protect('tenant_storage', ARRAY['tollgate_gateway', 'tollgate_console', 'tollgate_admin']);
GRANT SELECT ON tenant_storage TO tollgate_gateway, tollgate_console, tollgate_admin, tollgate_tenant;

CREATE FUNCTION tollgate.note_storage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO tenant_storage AS s (tenant_id, hour_bucket, storage_bytes)
        SELECT NEW.tenant_id, NEW.hour_bucket, NEW.storage_bytes
        WHERE NOT EXISTS (SELECT FROM tenant_storage s WHERE s.tenant_id = NEW.tenant_id AND s.hour_bucket > NEW.hour_bucket)
    ON CONFLICT (tenant_id) DO UPDATE SET hour_bucket = excluded.hour_bucket, storage_bytes = excluded.storage_bytes
        WHERE s.hour_bucket <= excluded.hour_bucket;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION tollgate.note_storage IS 'Trigger: takes a bucket''s storage over unless a later hour''s is known.';

-- At commit, when the sink waits for nothing else: so it waits in no circle with the recomputation. A bucket that changes
-- within its hour and leaves the storage as it is costs nothing.
CREATE CONSTRAINT TRIGGER note_first_storage AFTER INSERT ON tenant_metrics_hourly DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.storage_bytes IS NOT NULL) EXECUTE FUNCTION tollgate.note_storage();
CREATE CONSTRAINT TRIGGER note_storage AFTER UPDATE ON tenant_metrics_hourly DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.storage_bytes IS NOT NULL AND NEW.storage_bytes IS DISTINCT FROM OLD.storage_bytes)
    EXECUTE FUNCTION tollgate.note_storage();
INSERT INTO tenant_storage SELECT DISTINCT ON (tenant_id) tenant_id, hour_bucket, storage_bytes FROM tenant_metrics_hourly
    WHERE storage_bytes IS NOT NULL ORDER BY tenant_id, hour_bucket DESC;

RESET ROLE;
