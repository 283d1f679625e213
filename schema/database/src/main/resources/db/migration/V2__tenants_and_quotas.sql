-- Tenants, keys, plans with their quotas, and quota violations.
SET ROLE tollgate_owner;

CREATE DOMAIN tenant_name AS TEXT CHECK (VALUE ~ '^[A-Za-z0-9._-]{1,64}$');
COMMENT ON DOMAIN tenant_name IS 'A tenant id: 1 to 64 letters, digits, dots, underscores, hyphens.';

CREATE TABLE tenants (
    tenant_id    tenant_name PRIMARY KEY,
    display_name TEXT NOT NULL,
    time_zone    TEXT NOT NULL DEFAULT 'UTC',
    status       TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'departed')),
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by   TEXT NOT NULL
);
COMMENT ON TABLE tenants IS 'The customers of the API. time_zone (IANA) rules calendar quotas and billing periods.';
SELECT tollgate.protect('tenants', ARRAY['tollgate_gateway', 'tollgate_ingest', 'tollgate_aggregator',
    'tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON tenants TO tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;
GRANT INSERT, UPDATE ON tenants TO tollgate_admin;

CREATE TABLE api_keys (
    key_id      TEXT PRIMARY KEY CHECK (key_id ~ '^[A-Za-z0-9]{12}$'),
    tenant_id   tenant_name NOT NULL REFERENCES tenants,
    scopes      TEXT[] NOT NULL DEFAULT '{traffic}'
                CHECK (scopes <@ ARRAY['traffic', 'usage:read', 'events:write', 'invoices:read']),
    secret_hash BYTEA NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by  TEXT NOT NULL,
    expires_at  TIMESTAMPTZ,
    revoked_at  TIMESTAMPTZ
);
COMMENT ON TABLE api_keys IS 'Keys of tenants (tg_<id>_<secret>); secret_hash is SHA-256 of the secret.';
CREATE INDEX api_keys_tenant ON api_keys (tenant_id);
SELECT tollgate.protect('api_keys', ARRAY['tollgate_gateway', 'tollgate_ingest', 'tollgate_aggregator',
    'tollgate_billing', 'tollgate_console', 'tollgate_admin']);
GRANT SELECT ON api_keys TO tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_admin;
GRANT INSERT ON api_keys TO tollgate_admin;
GRANT UPDATE (expires_at, revoked_at) ON api_keys TO tollgate_admin;

CREATE TABLE operator_keys (
    key_id      TEXT PRIMARY KEY CHECK (key_id ~ '^[A-Za-z0-9]{12}$'),
    name        TEXT NOT NULL,
    roles       TEXT[] NOT NULL CHECK (roles <@ ARRAY['FINANCE', 'OPERATOR', 'AUDITOR']),
    secret_hash BYTEA NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at  TIMESTAMPTZ,
    revoked_at  TIMESTAMPTZ
);
COMMENT ON TABLE operator_keys IS 'Keys of staff: finance, operators, auditors.';
GRANT SELECT ON operator_keys TO tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_admin;
GRANT INSERT ON operator_keys TO tollgate_admin;
GRANT UPDATE (expires_at, revoked_at) ON operator_keys TO tollgate_admin;

CREATE TABLE plans (
    plan_id                     TEXT PRIMARY KEY,
    name                        TEXT NOT NULL,
    tier                        TEXT NOT NULL CHECK (tier IN ('free', 'starter', 'professional', 'enterprise', 'custom')),
    requests_per_minute         BIGINT NOT NULL CHECK (requests_per_minute >= 0),
    requests_per_hour           BIGINT NOT NULL CHECK (requests_per_hour >= 0),
    requests_per_day            BIGINT NOT NULL CHECK (requests_per_day >= 0),
    requests_per_month          BIGINT NOT NULL CHECK (requests_per_month >= 0),
    db_queries_per_hour         BIGINT NOT NULL CHECK (db_queries_per_hour >= 0),
    db_storage_mb               BIGINT NOT NULL CHECK (db_storage_mb >= 0),
    advanced_analytics_enabled  BOOLEAN NOT NULL,
    ai_features_enabled         BOOLEAN NOT NULL,
    custom_integrations_enabled BOOLEAN NOT NULL
);
COMMENT ON TABLE plans IS 'What can be bought: the limits and features that a tenant of this plan starts with.';

CREATE TABLE plan_versions (
    plan_id        TEXT NOT NULL REFERENCES plans,
    version        INTEGER NOT NULL CHECK (version >= 1),
    effective_from DATE NOT NULL,
    currency       TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by     TEXT NOT NULL,
    PRIMARY KEY (plan_id, version),
    UNIQUE (plan_id, effective_from)
);
COMMENT ON TABLE plan_versions IS 'A plan''s prices over time: the version in force on a day has the latest effective_from up to it.';

CREATE TABLE plan_charges (
    plan_id           TEXT NOT NULL,
    version           INTEGER NOT NULL,
    charge_no         INTEGER NOT NULL CHECK (charge_no >= 1),
    code              TEXT NOT NULL,
    description       TEXT NOT NULL,
    model             TEXT NOT NULL CHECK (model IN
        ('flat_fee', 'overage_per_thousand', 'per_unit', 'graduated', 'volume', 'package', 'minimum')),
    meter             TEXT CHECK (meter IN ('requests', 'units', 'db_queries', 'storage_mb', 'ai_requests')),
    amount_cents      BIGINT NOT NULL CHECK (amount_cents >= 0),
    per_quantity      BIGINT NOT NULL DEFAULT 1 CHECK (per_quantity >= 1),
    included_quantity BIGINT NOT NULL DEFAULT 0 CHECK (included_quantity >= 0),
    bounds            JSONB,
    PRIMARY KEY (plan_id, version, charge_no),
    FOREIGN KEY (plan_id, version) REFERENCES plan_versions,
    CHECK ((model IN ('flat_fee', 'minimum')) = (meter IS NULL)),
    CHECK ((model IN ('graduated', 'volume')) = (bounds IS NOT NULL))
);
COMMENT ON TABLE plan_charges IS
    'The charges of a plan version: amount_cents per per_quantity of the meter beyond included_quantity; bounds holds the steps of graduated and volume prices.';

INSERT INTO plans VALUES
    ('free', 'Free', 'free', 10, 1000, 10000, 10000, 5000, 1000, false, false, false),
    ('starter', 'Starter', 'starter', 120, 5000, 50000, 1000000, 50000, 10000, false, false, false),
    ('professional', 'Professional', 'professional', 600, 30000, 300000, 5000000, 500000, 100000, true, true, false),
    ('enterprise', 'Enterprise', 'enterprise', 6000, 300000, 3000000, 50000000, 5000000, 1000000, true, true, true);
INSERT INTO plan_versions (plan_id, version, effective_from, currency, created_by)
    SELECT plan_id, 1, DATE '2000-01-01', 'USD', 'migration' FROM plans;
INSERT INTO plan_charges (plan_id, version, charge_no, code, description, model, meter, amount_cents, per_quantity, included_quantity) VALUES
    ('free', 1, 1, 'base', 'Monthly fee', 'flat_fee', NULL, 0, 1, 0),
    ('free', 1, 2, 'requests', 'Requests beyond the included ones', 'overage_per_thousand', 'requests', 0, 1000, 10000),
    ('starter', 1, 1, 'base', 'Monthly fee', 'flat_fee', NULL, 2900, 1, 0),
    ('starter', 1, 2, 'requests', 'Requests beyond the included ones', 'overage_per_thousand', 'requests', 50, 1000, 100000),
    ('professional', 1, 1, 'base', 'Monthly fee', 'flat_fee', NULL, 9900, 1, 0),
    ('professional', 1, 2, 'requests', 'Requests beyond the included ones', 'overage_per_thousand', 'requests', 30, 1000, 500000),
    ('enterprise', 1, 1, 'base', 'Monthly fee', 'flat_fee', NULL, 49900, 1, 0),
    ('enterprise', 1, 2, 'requests', 'Requests beyond the included ones', 'overage_per_thousand', 'requests', 10, 1000, 5000000);
GRANT SELECT ON plans, plan_versions, plan_charges TO tollgate_gateway, tollgate_ingest, tollgate_aggregator,
    tollgate_billing, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;
GRANT INSERT ON plans, plan_versions, plan_charges TO tollgate_admin;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_versions
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_charges
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();

CREATE TABLE plan_assignments (
    assignment_id UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    tenant_id     tenant_name NOT NULL REFERENCES tenants,
    plan_id       TEXT NOT NULL REFERENCES plans,
    valid_days    DATERANGE NOT NULL CHECK (NOT isempty(valid_days) AND NOT lower_inf(valid_days)),
    assigned_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    assigned_by   TEXT NOT NULL,
    EXCLUDE USING gist (tenant_id WITH =, valid_days WITH &&)
);
COMMENT ON TABLE plan_assignments IS 'Which plan a tenant has on which of its local days; half-open, never overlapping.';
CREATE INDEX plan_assignments_tenant ON plan_assignments (tenant_id);
CREATE INDEX plan_assignments_plan ON plan_assignments (plan_id);
SELECT tollgate.protect('plan_assignments', ARRAY['tollgate_gateway', 'tollgate_ingest', 'tollgate_aggregator',
    'tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON plan_assignments TO tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;
GRANT INSERT, UPDATE (valid_days) ON plan_assignments TO tollgate_admin;

CREATE TABLE tenant_quotas (
    id                                 UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    tenant_id                          tenant_name NOT NULL REFERENCES tenants,
    tier                               TEXT NOT NULL DEFAULT 'free'
                                       CHECK (tier IN ('free', 'starter', 'professional', 'enterprise', 'custom')),
    requests_per_minute                BIGINT NOT NULL DEFAULT 10 CHECK (requests_per_minute >= 0),
    requests_per_hour                  BIGINT NOT NULL DEFAULT 1000 CHECK (requests_per_hour >= 0),
    requests_per_day                   BIGINT NOT NULL DEFAULT 10000 CHECK (requests_per_day >= 0),
    requests_per_month                 BIGINT NOT NULL DEFAULT 10000 CHECK (requests_per_month >= 0),
    db_queries_per_hour                BIGINT NOT NULL DEFAULT 5000 CHECK (db_queries_per_hour >= 0),
    db_storage_mb                      BIGINT NOT NULL DEFAULT 1000 CHECK (db_storage_mb >= 0),
    advanced_analytics_enabled         BOOLEAN NOT NULL DEFAULT false,
    ai_features_enabled                BOOLEAN NOT NULL DEFAULT false,
    custom_integrations_enabled        BOOLEAN NOT NULL DEFAULT false,
    enforcement                        TEXT NOT NULL DEFAULT 'enforce' CHECK (enforcement IN ('enforce', 'shadow')),
    sliding_fallback                   TEXT NOT NULL DEFAULT 'fair-share' CHECK (sliding_fallback IN ('fair-share', 'closed', 'open')),
    calendar_fallback                  TEXT NOT NULL DEFAULT 'closed' CHECK (calendar_fallback IN ('fair-share', 'closed', 'open')),
    monthly_fee_cents                  BIGINT NOT NULL DEFAULT 0 CHECK (monthly_fee_cents >= 0),
    overage_rate_per_1k_requests_cents BIGINT NOT NULL DEFAULT 0 CHECK (overage_rate_per_1k_requests_cents >= 0),
    valid_period                       TSTZRANGE NOT NULL DEFAULT tstzrange(now(), NULL, '[)')
                                       CHECK (NOT isempty(valid_period) AND lower_inc(valid_period) AND NOT upper_inc(valid_period)),
    created_at                         TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by                         TEXT NOT NULL,
    updated_at                         TIMESTAMPTZ NOT NULL DEFAULT now(),
    EXCLUDE USING gist (tenant_id WITH =, valid_period WITH &&)
);
COMMENT ON TABLE tenant_quotas IS
    'Limits of a tenant over time; periods never overlap. A change closes one row and opens the next (tollgate.set_quotas). sliding_fallback and calendar_fallback say what the gateway does while the ledger is away.';
COMMENT ON COLUMN tenant_quotas.monthly_fee_cents IS 'Read-only projection of the plan in force; billing reads plan_charges.';
COMMENT ON COLUMN tenant_quotas.overage_rate_per_1k_requests_cents IS 'Read-only projection of the plan in force; billing reads plan_charges.';
CREATE INDEX tenant_quotas_tenant ON tenant_quotas (tenant_id);
SELECT tollgate.protect('tenant_quotas', ARRAY['tollgate_gateway', 'tollgate_ingest', 'tollgate_aggregator',
    'tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT ON tenant_quotas TO tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing,
    tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

CREATE TABLE tenant_quota_violations (
    id            UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    tenant_id     tenant_name NOT NULL,
    quota_type    TEXT NOT NULL,
    limit_value   BIGINT NOT NULL,
    current_value BIGINT NOT NULL,
    denied_count  BIGINT NOT NULL DEFAULT 1 CHECK (denied_count >= 1),
    route         TEXT NOT NULL DEFAULT '',
    endpoint      TEXT,
    user_id       TEXT,
    violated_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, violated_at, quota_type, route)
);
COMMENT ON TABLE tenant_quota_violations IS
    'Denials, counted per tenant, quota, route and minute (violated_at is the minute''s start for those of gateways); endpoint and user_id are of the last one.';
SELECT tollgate.protect('tenant_quota_violations', ARRAY['tollgate_gateway', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE ON tenant_quota_violations TO tollgate_gateway;
GRANT SELECT ON tenant_quota_violations TO tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

-- Bumped by every change that gateways must learn of; gateways listen on the channel and poll the number behind it.
CREATE TABLE catalog_revision (
    singleton BOOLEAN PRIMARY KEY DEFAULT true CHECK (singleton),
    revision  BIGINT NOT NULL
);
COMMENT ON TABLE catalog_revision IS 'Revision of tenants, keys and quotas; changes are announced on the channel tollgate_catalog.';
INSERT INTO catalog_revision VALUES (true, 1);
GRANT SELECT ON catalog_revision TO tollgate_gateway, tollgate_admin;

CREATE FUNCTION tollgate.announce_catalog_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_revision BIGINT;
BEGIN
    UPDATE catalog_revision SET revision = revision + 1 RETURNING revision INTO v_revision;
    PERFORM pg_notify('tollgate_catalog', v_revision::text);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION tollgate.announce_catalog_change IS 'Trigger: raises the catalog revision and notifies gateways.';
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenants
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.announce_catalog_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.announce_catalog_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenant_quotas
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.announce_catalog_change();

RESET ROLE;
