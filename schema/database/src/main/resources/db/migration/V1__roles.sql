-- Roles, the private schema, the signed tenant context and the audit log.
--
-- Roles belong to the cluster, not to the database: several databases of one cluster may be migrated, also at once, so
-- each role is made only when it is missing, and one that appears in between is taken. Passwords are not set here;
-- `migrate` sets them from its environment. PostgreSQL refuses COPY into a table with row-level security; ingest
-- therefore passes it, and may do little else.
DO $$
DECLARE
    wanted RECORD;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('tollgate_owner', 'NOLOGIN'),
        ('tollgate_gateway', 'LOGIN NOINHERIT'),
        ('tollgate_ingest', 'LOGIN NOINHERIT BYPASSRLS'),
        ('tollgate_aggregator', 'LOGIN NOINHERIT'),
        ('tollgate_billing', 'LOGIN NOINHERIT'),
        ('tollgate_console', 'LOGIN NOINHERIT'),
        ('tollgate_tenant', 'LOGIN NOINHERIT'),
        ('tollgate_finance', 'LOGIN NOINHERIT'),
        ('tollgate_admin', 'LOGIN NOINHERIT')) AS roles (name, attributes)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END $$;

CREATE SCHEMA tollgate AUTHORIZATION tollgate_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO tollgate_owner;
GRANT USAGE ON SCHEMA public TO
    tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_tenant, tollgate_finance, tollgate_admin;
GRANT USAGE ON SCHEMA tollgate TO
    tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_tenant, tollgate_finance, tollgate_admin;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tollgate_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Exclusion constraints over (tenant, range) need text equality in GiST.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

SET ROLE tollgate_owner;

-- Secrets of the signed tenant context, as the two padded keys of HMAC (RFC 2104), so that no key schedule runs per
-- call. `tenant_context` is shared with the services; `binding` is known to this database only.
CREATE TABLE tollgate.secrets (
    name      TEXT PRIMARY KEY,
    inner_pad BYTEA NOT NULL CHECK (octet_length(inner_pad) = 64),
    outer_pad BYTEA NOT NULL CHECK (octet_length(outer_pad) = 64)
);
COMMENT ON TABLE tollgate.secrets IS 'HMAC keys of the signed tenant context; readable by the owner only.';

CREATE FUNCTION tollgate.store_secret(p_name TEXT, p_key BYTEA) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_key   BYTEA := CASE WHEN octet_length(p_key) > 64 THEN sha256(p_key) ELSE p_key END;
    v_inner BYTEA := decode(repeat('36', 64), 'hex');
    v_outer BYTEA := decode(repeat('5c', 64), 'hex');
BEGIN
    IF octet_length(p_key) < 32 THEN
        RAISE EXCEPTION 'the key of secret % is shorter than 32 bytes', p_name;
    END IF;
    FOR i IN 0 .. octet_length(v_key) - 1 LOOP
        v_inner := set_byte(v_inner, i, get_byte(v_inner, i) # get_byte(v_key, i));
        v_outer := set_byte(v_outer, i, get_byte(v_outer, i) # get_byte(v_key, i));
    END LOOP;
    INSERT INTO tollgate.secrets AS s (name, inner_pad, outer_pad) VALUES (p_name, v_inner, v_outer)
    ON CONFLICT (name) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
    WHERE (s.inner_pad, s.outer_pad) IS DISTINCT FROM (excluded.inner_pad, excluded.outer_pad);
END $$;
COMMENT ON FUNCTION tollgate.store_secret IS 'Stores a secret as padded HMAC keys; for migrate only.';
SELECT tollgate.store_secret('binding', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
-- Until migrate is given the services' key no token can be valid.
SELECT tollgate.store_secret('tenant_context', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

CREATE FUNCTION tollgate.hmac(p_secret TEXT, p_message TEXT) RETURNS TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(p_message, 'UTF8'))), 'hex')
    FROM tollgate.secrets WHERE name = p_secret
$$;
COMMENT ON FUNCTION tollgate.hmac IS 'HMAC-SHA256 in lower-case hex; callable by the owner''s functions only.';

-- What a context is bound to: this backend and this transaction.
CREATE FUNCTION tollgate.bound_context(p_claim TEXT) RETURNS TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_claim || '|' || tollgate.hmac('binding',
        p_claim || '|' || pg_backend_pid() || '|' || extract(epoch FROM transaction_timestamp())::text)
$$;
COMMENT ON FUNCTION tollgate.bound_context IS 'A claim with its binding to this backend and transaction.';

CREATE FUNCTION tollgate.enter(p_token TEXT) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_tenant TEXT := split_part(p_token, '|', 1);
    v_expiry TEXT := split_part(p_token, '|', 2);
    v_claim  TEXT := v_tenant || '|' || v_expiry;
BEGIN
    IF p_token IS NULL OR v_tenant !~ '^[A-Za-z0-9._-]{1,64}$' OR v_expiry !~ '^[0-9]{1,12}$'
       OR p_token IS DISTINCT FROM v_claim || '|' || tollgate.hmac('tenant_context', v_claim) THEN
        RAISE EXCEPTION 'tenant context refused: the token is malformed or forged' USING ERRCODE = '28000';
    END IF;
    IF v_expiry::bigint <= extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'tenant context of % refused: the token has expired', v_tenant USING ERRCODE = '28000';
    END IF;
    PERFORM set_config('tollgate.context', tollgate.bound_context(v_claim), true);
END $$;
COMMENT ON FUNCTION tollgate.enter IS
    'Enters a tenant''s context for this transaction. Token: tenant | expiry in epoch seconds | hex HMAC-SHA256 of both.';

CREATE FUNCTION tollgate.current_tenant() RETURNS TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_context TEXT := current_setting('tollgate.context', true);
    v_tenant  TEXT := split_part(v_context, '|', 1);
    v_expiry  TEXT := split_part(v_context, '|', 2);
BEGIN
    IF v_context IS NULL OR v_context = '' OR v_expiry !~ '^[0-9]{1,12}$'
       OR v_context IS DISTINCT FROM tollgate.bound_context(v_tenant || '|' || v_expiry)
       OR v_expiry::bigint <= extract(epoch FROM clock_timestamp()) THEN
        RETURN NULL;
    END IF;
    RETURN v_tenant;
END $$;
COMMENT ON FUNCTION tollgate.current_tenant IS
    'The tenant that this transaction entered, or NULL when unset, expired, forged or carried over from elsewhere.';
GRANT EXECUTE ON FUNCTION tollgate.enter, tollgate.current_tenant TO
    tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_tenant, tollgate_finance, tollgate_admin;

-- Puts a tenant table under forced row-level security: a tenant sees and writes what its context names, and the named
-- services, which work across tenants, pass.
CREATE FUNCTION tollgate.protect(p_table REGCLASS, p_services NAME[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', p_table);
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s FOR ALL TO tollgate_tenant '
        'USING (tenant_id = (SELECT tollgate.current_tenant())) '
        'WITH CHECK (tenant_id = (SELECT tollgate.current_tenant()))', p_table);
    EXECUTE format('CREATE POLICY works_across_tenants ON %s FOR ALL TO %s USING (true) WITH CHECK (true)', p_table,
        (SELECT string_agg(format('%I', service), ', ') FROM unnest(p_services || 'tollgate_owner'::name) AS service));
END $$;
COMMENT ON FUNCTION tollgate.protect IS 'Forces row-level security on a tenant table or one of its partitions.';

CREATE FUNCTION public.uuid_generate_v7() RETURNS UUID
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$ SELECT uuidv7() $$;
COMMENT ON FUNCTION public.uuid_generate_v7 IS 'A time-ordered UUID, version 7 of RFC 9562.';
GRANT EXECUTE ON FUNCTION public.uuid_generate_v7 TO PUBLIC;

CREATE TABLE audit_log (
    audit_id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    tenant_id   TEXT,
    subject     TEXT NOT NULL,
    before      JSONB,
    after       JSONB,
    reason      TEXT
);
COMMENT ON TABLE audit_log IS 'Who changed what, written in the transaction of the change; rows are never changed.';
CREATE INDEX audit_log_tenant ON audit_log (tenant_id, recorded_at);
SELECT tollgate.protect('audit_log', ARRAY[
    'tollgate_gateway', 'tollgate_ingest', 'tollgate_aggregator', 'tollgate_billing', 'tollgate_console',
    'tollgate_finance', 'tollgate_admin']);
GRANT INSERT ON audit_log TO
    tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing, tollgate_admin;
GRANT SELECT ON audit_log TO tollgate_console, tollgate_finance, tollgate_admin;

CREATE FUNCTION tollgate.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
COMMENT ON FUNCTION tollgate.refuse_change IS 'Trigger of append-only tables.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();

RESET ROLE;
