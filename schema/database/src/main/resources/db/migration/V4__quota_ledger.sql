-- The quota ledger: one row per tenant (and, later, per route policy) holds all its windows.
--
-- Minute and hour slide. Their rings count tokens in slots of 1 s and 30 s. A lease is charged to the slot in which it
-- EXPIRES, so a token used late is still inside every window that must count it. An interval of 60 s can touch 61 slots,
-- so a window counts the slot of now and the 60 before it; the ring further holds the slots in which a lease granted now
-- can expire (two of 1 s, one of 30 s, for lives up to 2 s): 60 + 1 + 2 = 63 and 120 + 1 + 1 = 122 slots. Slot k stands
-- at index k mod size. The newest slot of now is that of `last_reading_us`.
--
-- Day and month are calendar windows in the tenant's time zone. A lease never crosses their end. A changed time zone
-- takes effect when the window that is running has ended.
SET ROLE tollgate_owner;

-- Without CHECK constraints: an UPDATE would parse each of them anew for every row of a tick. The function checks that
-- the sums are not negative instead.
CREATE TABLE quota_ledger (
    tenant_id         tenant_name NOT NULL REFERENCES tenants,
    policy            TEXT NOT NULL DEFAULT '',
    last_reading_us   BIGINT NOT NULL,
    minute_sum        BIGINT NOT NULL DEFAULT 0,
    minute_slots      INTEGER[] NOT NULL DEFAULT array_fill(0, ARRAY[63]),
    hour_sum          BIGINT NOT NULL DEFAULT 0,
    hour_slots        INTEGER[] NOT NULL DEFAULT array_fill(0, ARRAY[122]),
    day_count         BIGINT NOT NULL DEFAULT 0,
    day_start_us      BIGINT NOT NULL DEFAULT 0,
    day_end_us        BIGINT NOT NULL DEFAULT 0,
    month_count       BIGINT NOT NULL DEFAULT 0,
    month_start_us    BIGINT NOT NULL DEFAULT 0,
    month_end_us      BIGINT NOT NULL DEFAULT 0,
    lease_keys        TEXT[] NOT NULL DEFAULT '{}',
    lease_tokens      BIGINT[] NOT NULL DEFAULT '{}',
    lease_readings_us BIGINT[] NOT NULL DEFAULT '{}',
    lease_lives_ms    INTEGER[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, policy)
) WITH (fillfactor = 50);
COMMENT ON TABLE quota_ledger IS
    'Tokens charged per tenant and policy (empty: tenant-wide) in all windows, and the leases that gateways hold (key = gateway:number). Times are microseconds since the epoch; last_reading_us never goes back. Written by tollgate.exchange_leases only.';
SELECT tollgate.protect('quota_ledger', ARRAY['tollgate_gateway', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON quota_ledger TO tollgate_gateway, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

CREATE FUNCTION tollgate.epoch_us(p_at TIMESTAMPTZ) RETURNS BIGINT
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$ SELECT (extract(epoch FROM p_at) * 1000000)::bigint $$;
COMMENT ON FUNCTION tollgate.epoch_us IS 'Microseconds since the epoch.';

CREATE FUNCTION tollgate.at_epoch_us(p_us BIGINT) RETURNS TIMESTAMPTZ
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_timestamp((p_us / 1000000)::double precision) + (p_us % 1000000) * INTERVAL '1 microsecond'
$$;
COMMENT ON FUNCTION tollgate.at_epoch_us IS 'The moment that lies so many microseconds after the epoch.';

-- A zone that the server does not know counts as UTC: one wrong row must not stop the tick of all tenants.
CREATE FUNCTION tollgate.calendar_window(p_unit TEXT, p_at_us BIGINT, p_zone TEXT, OUT start_us BIGINT, OUT end_us BIGINT)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at    TIMESTAMPTZ := tollgate.at_epoch_us(p_at_us);
    v_step  INTERVAL := ('1 ' || p_unit)::interval;
    v_local TIMESTAMP;
BEGIN
    BEGIN
        v_local := date_trunc(p_unit, v_at AT TIME ZONE p_zone);
        start_us := tollgate.epoch_us(v_local AT TIME ZONE p_zone);
        end_us := tollgate.epoch_us((v_local + v_step) AT TIME ZONE p_zone);
    EXCEPTION WHEN invalid_parameter_value THEN
        v_local := date_trunc(p_unit, v_at AT TIME ZONE 'UTC');
        start_us := tollgate.epoch_us(v_local AT TIME ZONE 'UTC');
        end_us := tollgate.epoch_us((v_local + v_step) AT TIME ZONE 'UTC');
    END;
    IF end_us <= p_at_us THEN
        end_us := tollgate.epoch_us(v_at + v_step);
    END IF;
END $$;
COMMENT ON FUNCTION tollgate.calendar_window IS 'Bounds of the calendar day or month around a moment in a time zone; the end is always later.';

CREATE FUNCTION tollgate.slots_free_at_us(p_slots INTEGER[], p_slot BIGINT, p_window INTEGER, p_slot_us BIGINT, p_tokens BIGINT)
RETURNS BIGINT
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_size INTEGER := cardinality(p_slots);
    v_left BIGINT := p_tokens;
BEGIN
    IF p_tokens <= 0 THEN
        RETURN 0;
    END IF;
    FOR k IN p_slot - p_window .. p_slot - p_window + v_size - 1 LOOP
        v_left := v_left - p_slots[(k % v_size)::integer + 1];
        IF v_left <= 0 THEN
            RETURN (k + p_window + 1) * p_slot_us;
        END IF;
    END LOOP;
    RETURN (p_slot + p_window + 1) * p_slot_us;
END $$;
COMMENT ON FUNCTION tollgate.slots_free_at_us IS
    'When so many tokens will have left a sliding window whose newest slot of now is p_slot: 0 for none, a whole window from now when it never held as many.';

-- The clock is an argument so that tests can drive it; services may only call tollgate.exchange_leases.
--
-- Row i asks for p_wants[i] tokens under the lease number p_leases[i] of the gateway (process); fewer are granted if a
-- window has less left, none if that is less than p_needs[i]. The same number again answers the lease that it already
-- has. p_settled holds two finished leases per row (0: none), p_used three counts for each: tokens used in the second
-- (slot of 1 s) of the lease's reading and in the two after it.
CREATE FUNCTION tollgate.exchange_leases_at(
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
            t.time_zone, q.requests_per_minute, q.requests_per_hour, q.requests_per_day, q.requests_per_month
        FROM unnest(p_tenants, p_policies, p_leases, p_needs, p_wants, p_lives_ms)
                WITH ORDINALITY AS w (tenant_id, policy, lease, need, want, life, i)
            LEFT JOIN quota_ledger l ON l.tenant_id = w.tenant_id AND l.policy = w.policy
            LEFT JOIN tenants t ON t.tenant_id = w.tenant_id
            LEFT JOIN tenant_quotas q ON q.tenant_id = w.tenant_id AND w.policy = ''
                AND q.valid_period @> v_at_clock
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
COMMENT ON FUNCTION tollgate.exchange_leases_at IS
    'Settles finished leases and grants new ones for all tenants of a tick, at a clock given in microseconds (NULL: this server''s). For tests; services call tollgate.exchange_leases.';

CREATE FUNCTION tollgate.exchange_leases(
    p_gateway TEXT, p_tenants TEXT[], p_policies TEXT[], p_leases BIGINT[], p_needs BIGINT[],
    p_wants BIGINT[], p_lives_ms INTEGER[], p_settled BIGINT[], p_used BIGINT[])
RETURNS TABLE (row_no INTEGER, known BOOLEAN, granted BIGINT, life_ms INTEGER, reading_us BIGINT, clock_us BIGINT,
    exhausted INTEGER, retry_after_ms BIGINT, ask_again_ms BIGINT,
    minute_limit BIGINT, minute_current BIGINT, minute_resets_ms BIGINT,
    hour_limit BIGINT, hour_current BIGINT, hour_resets_ms BIGINT,
    day_limit BIGINT, day_current BIGINT, day_resets_ms BIGINT,
    month_limit BIGINT, month_current BIGINT, month_resets_ms BIGINT)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM tollgate.exchange_leases_at(
        NULL, p_gateway, p_tenants, p_policies, p_leases, p_needs, p_wants, p_lives_ms, p_settled, p_used)
$$;
COMMENT ON FUNCTION tollgate.exchange_leases IS
    'Settles finished leases and grants new ones for all tenants of a tick. exhausted: 1 minute, 2 hour, 3 day, 4 month, 0 when not denied. retry_after_ms: when the tokens are free at the latest; ask_again_ms: when they can be free at the earliest. A sliding window resets when those tokens are free or, not denied, when all that is used has left it. A row that is not known has no limits and the rest of it means nothing.';
GRANT EXECUTE ON FUNCTION tollgate.exchange_leases TO tollgate_gateway;

-- A fresh connection compiles and plans the exchange during its first calls. This makes them on a tenant that never was:
-- all of it is rolled back before it returns, and nobody else's rows are locked.
CREATE FUNCTION tollgate.warm_exchange() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_tenant TEXT := 'warm-up.' || pg_backend_pid();
BEGIN
    INSERT INTO tenants (tenant_id, display_name, created_by) VALUES (v_tenant, 'warm-up', 'tollgate.warm_exchange');
    INSERT INTO tenant_quotas (tenant_id, requests_per_day, created_by, valid_period)
        VALUES (v_tenant, 3, 'tollgate.warm_exchange', '[2000-01-01,)');
    FOR i IN 1 .. 6 LOOP
        PERFORM FROM tollgate.exchange_leases('warm-up', ARRAY[v_tenant], ARRAY[''], ARRAY[i], ARRAY[1], ARRAY[2],
            ARRAY[2000], ARRAY[i - 1, 0], ARRAY[1, 0, 0, 0, 0, 0]);
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'TGW00';
EXCEPTION WHEN SQLSTATE 'TGW00' THEN
    RETURN;
END $$;
COMMENT ON FUNCTION tollgate.warm_exchange IS 'Lets this connection compile and plan tollgate.exchange_leases; changes nothing.';
GRANT EXECUTE ON FUNCTION tollgate.warm_exchange TO tollgate_gateway;

CREATE FUNCTION tollgate.sliding_usage(p_slots INTEGER[], p_last BIGINT, p_now BIGINT, p_window INTEGER, OUT used BIGINT, OUT oldest BIGINT)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(s.n), 0)::bigint, min(s.k) FILTER (WHERE s.n > 0)
    FROM (SELECT k, p_slots[(k % cardinality(p_slots))::integer + 1] AS n
        FROM generate_series(greatest(p_last, p_now) - p_window, p_last - p_window + cardinality(p_slots) - 1) AS k) s
$$;
COMMENT ON FUNCTION tollgate.sliding_usage IS
    'Tokens in a sliding window now, and the oldest slot that holds any; p_last is the newest slot of the row''s last reading.';

CREATE FUNCTION tollgate.quota_usage(p_tenant_id TEXT)
RETURNS TABLE (policy TEXT, quota_type TEXT, limit_value BIGINT, current_value BIGINT, resets_at TIMESTAMPTZ)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH moment AS MATERIALIZED (
        SELECT tollgate.epoch_us(clock_timestamp()) AS clock_us),
    ledger AS MATERIALIZED (
        SELECT ''::text AS policy, q.*, t.time_zone, l.minute_slots, l.hour_slots, l.day_count, l.day_end_us, l.month_count, l.month_end_us,
            coalesce(l.last_reading_us, 0) AS last_us, greatest(l.last_reading_us, clock_us) AS now_us
        FROM moment CROSS JOIN tenants t
            JOIN tenant_quotas q ON q.tenant_id = t.tenant_id AND q.valid_period @> tollgate.at_epoch_us(clock_us)
            LEFT JOIN quota_ledger l ON l.tenant_id = t.tenant_id AND l.policy = ''
        WHERE t.tenant_id = p_tenant_id)
    SELECT policy, 'requests_per_minute', requests_per_minute, coalesce(u.used, 0),
            tollgate.at_epoch_us((coalesce(u.oldest, now_us / 1000000) + 61) * 1000000)
        FROM ledger LEFT JOIN LATERAL tollgate.sliding_usage(minute_slots, last_us / 1000000, now_us / 1000000, 60) u ON minute_slots IS NOT NULL
    UNION ALL
    SELECT policy, 'requests_per_hour', requests_per_hour, coalesce(u.used, 0),
            tollgate.at_epoch_us((coalesce(u.oldest, now_us / 30000000) + 121) * 30000000)
        FROM ledger LEFT JOIN LATERAL tollgate.sliding_usage(hour_slots, last_us / 30000000, now_us / 30000000, 120) u ON hour_slots IS NOT NULL
    UNION ALL
    SELECT policy, 'requests_per_day', requests_per_day, CASE WHEN day_end_us > now_us THEN day_count ELSE 0 END,
            tollgate.at_epoch_us(CASE WHEN day_end_us > now_us THEN day_end_us
                ELSE (tollgate.calendar_window('day', now_us, time_zone)).end_us END)
        FROM ledger
    UNION ALL
    SELECT policy, 'requests_per_month', requests_per_month, CASE WHEN month_end_us > now_us THEN month_count ELSE 0 END,
            tollgate.at_epoch_us(CASE WHEN month_end_us > now_us THEN month_end_us
                ELSE (tollgate.calendar_window('month', now_us, time_zone)).end_us END)
        FROM ledger
$$;
COMMENT ON FUNCTION tollgate.quota_usage IS
    'What the ledger counts for a tenant now in each window, its limits in force, and when tokens return (calendar: the window''s end; sliding: when the oldest leave). Takes nothing; no rows for a tenant without limits. Visible rows are the caller''s.';
GRANT EXECUTE ON FUNCTION tollgate.epoch_us, tollgate.at_epoch_us, tollgate.calendar_window, tollgate.sliding_usage, tollgate.quota_usage
    TO tollgate_gateway, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

CREATE FUNCTION check_tenant_quota(p_tenant_id TEXT, p_quota_type TEXT) RETURNS JSONB
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_usage RECORD;
BEGIN
    IF p_quota_type IS NULL OR p_quota_type NOT IN ('minute', 'hour', 'day', 'month') THEN
        RETURN jsonb_build_object('allowed', false, 'reason', 'Invalid quota type');
    END IF;
    SELECT * INTO v_usage FROM tollgate.quota_usage(p_tenant_id) u WHERE u.quota_type = 'requests_per_' || p_quota_type;
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
COMMENT ON FUNCTION check_tenant_quota IS
    'Whether a tenant has tokens left in a window (minute, hour, day, month) by the ledger; takes nothing and logs a violation when it has not. Works across tenants.';
GRANT EXECUTE ON FUNCTION check_tenant_quota TO tollgate_gateway, tollgate_console, tollgate_admin;

RESET ROLE;
