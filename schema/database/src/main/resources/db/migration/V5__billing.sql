-- Billing runs, periods, invoices with their lines, the outbox of billing.events.v1.
SET ROLE tollgate_owner;

CREATE TABLE billing_runs (
    run_id          UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    month           DATE NOT NULL CHECK (extract(day FROM month) = 1),
    status          TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed')),
    idempotency_key TEXT UNIQUE,
    started_by      TEXT NOT NULL,
    started_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at    TIMESTAMPTZ,
    CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);
COMMENT ON TABLE billing_runs IS 'One request to close a month for all tenants; its items say how far it is.';
CREATE INDEX billing_runs_month ON billing_runs (month);
GRANT SELECT, INSERT, UPDATE ON billing_runs TO tollgate_billing;
GRANT SELECT ON billing_runs TO tollgate_console, tollgate_finance, tollgate_admin;

CREATE TABLE tenant_billing_periods (
    id                     UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    tenant_id              TEXT NOT NULL,
    period_start           DATE NOT NULL,
    period_end             DATE NOT NULL,
    time_zone              TEXT NOT NULL,
    starts_at              TIMESTAMPTZ NOT NULL,
    ends_at                TIMESTAMPTZ NOT NULL,
    cut_position           BIGINT NOT NULL,
    event_count            BIGINT NOT NULL,
    fingerprint            BIGINT NOT NULL,
    total_requests         BIGINT NOT NULL DEFAULT 0,
    total_units            BIGINT NOT NULL DEFAULT 0,
    total_db_queries       BIGINT NOT NULL DEFAULT 0,
    total_storage_mb       BIGINT NOT NULL DEFAULT 0,
    total_ai_requests      BIGINT NOT NULL DEFAULT 0,
    avg_response_time_ms   BIGINT NOT NULL DEFAULT 0,
    currency               TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    base_fee_cents         BIGINT NOT NULL DEFAULT 0,
    overage_requests       BIGINT NOT NULL DEFAULT 0,
    overage_charges_cents  BIGINT NOT NULL DEFAULT 0,
    total_amount_cents     BIGINT NOT NULL DEFAULT 0,
    invoice_status         TEXT NOT NULL DEFAULT 'pending'
                           CHECK (invoice_status IN ('pending', 'paid', 'overdue', 'cancelled', 'refunded')),
    invoice_generated_at   TIMESTAMPTZ NOT NULL,
    payment_received_at    TIMESTAMPTZ,
    run_id                 UUID NOT NULL REFERENCES billing_runs,
    canonical_hash         BYTEA NOT NULL CHECK (octet_length(canonical_hash) = 32),
    created_at             TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT valid_period CHECK (period_end > period_start AND ends_at > starts_at),
    UNIQUE (tenant_id, period_start)
);
COMMENT ON TABLE tenant_billing_periods IS
    'A tenant''s closed month, half-open in its time zone. Its events are those of [starts_at, ends_at) with log_position below cut_position; event_count and fingerprint prove them. A row is never changed but for its payment state; canonical_hash covers the rest.';
COMMENT ON COLUMN tenant_billing_periods.total_requests IS 'Billable requests: request events with units above 0.';
CREATE INDEX tenant_billing_periods_run ON tenant_billing_periods (run_id);
SELECT tollgate.protect('tenant_billing_periods', ARRAY['tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin', 'tollgate_ingest']);
GRANT SELECT, INSERT, UPDATE (invoice_status, payment_received_at, updated_at) ON tenant_billing_periods TO tollgate_billing;
GRANT SELECT ON tenant_billing_periods TO tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant, tollgate_ingest;

CREATE FUNCTION tollgate.guard_closed_period() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'billing period % of tenant % is closed', OLD.period_start, OLD.tenant_id USING ERRCODE = '42501';
    END IF;
    IF (to_jsonb(NEW) - ARRAY['invoice_status', 'payment_received_at', 'updated_at'])
       IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['invoice_status', 'payment_received_at', 'updated_at']) THEN
        RAISE EXCEPTION 'billing period % of tenant % is closed: only its payment state may change',
            OLD.period_start, OLD.tenant_id USING ERRCODE = '42501';
    END IF;
    IF NEW.invoice_status <> OLD.invoice_status AND (OLD.invoice_status, NEW.invoice_status) NOT IN (
        ('pending', 'paid'), ('pending', 'overdue'), ('pending', 'cancelled'),
        ('overdue', 'paid'), ('overdue', 'cancelled'), ('paid', 'refunded')) THEN
        RAISE EXCEPTION 'billing period % of tenant %: % may not become %',
            OLD.period_start, OLD.tenant_id, OLD.invoice_status, NEW.invoice_status USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION tollgate.guard_closed_period IS 'Trigger: a closed period changes in its payment state only, along the allowed transitions.';
CREATE TRIGGER closed_period BEFORE UPDATE OR DELETE ON tenant_billing_periods
    FOR EACH ROW EXECUTE FUNCTION tollgate.guard_closed_period();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tenant_billing_periods
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();

CREATE TABLE billing_run_items (
    run_id       UUID NOT NULL REFERENCES billing_runs,
    tenant_id    TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'closed', 'already-closed', 'held', 'parked')),
    reason       TEXT,
    period_id    UUID REFERENCES tenant_billing_periods,
    attempted_at TIMESTAMPTZ,
    PRIMARY KEY (run_id, tenant_id),
    CHECK ((state IN ('held', 'parked')) <= (reason IS NOT NULL))
);
COMMENT ON TABLE billing_run_items IS
    'A tenant within a run. held: its usage is not complete yet, a later run closes it; parked: it cannot be rated, reason says why.';
CREATE INDEX billing_run_items_period ON billing_run_items (period_id);
SELECT tollgate.protect('billing_run_items', ARRAY['tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE ON billing_run_items TO tollgate_billing;
GRANT SELECT ON billing_run_items TO tollgate_console, tollgate_finance, tollgate_admin;

CREATE TABLE invoices (
    invoice_id     UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    invoice_number TEXT NOT NULL UNIQUE,
    tenant_id      TEXT NOT NULL,
    period_id      UUID NOT NULL REFERENCES tenant_billing_periods,
    kind           TEXT NOT NULL CHECK (kind IN ('regular', 'supplementary')),
    currency       TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_cents    BIGINT NOT NULL,
    issued_at      TIMESTAMPTZ NOT NULL,
    due_on         DATE NOT NULL,
    canonical_hash BYTEA NOT NULL CHECK (octet_length(canonical_hash) = 32)
);
COMMENT ON TABLE invoices IS 'Issued invoices, net of tax; never changed. canonical_hash is SHA-256 over the invoice''s canonical text.';
CREATE INDEX invoices_period ON invoices (period_id);
CREATE INDEX invoices_tenant ON invoices (tenant_id, issued_at);
SELECT tollgate.protect('invoices', ARRAY['tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT, INSERT ON invoices TO tollgate_billing;
GRANT SELECT ON invoices TO tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;

CREATE TABLE invoice_lines (
    invoice_id        UUID NOT NULL REFERENCES invoices DEFERRABLE INITIALLY DEFERRED,
    line_no           INTEGER NOT NULL CHECK (line_no >= 1),
    tenant_id         TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('charge', 'adjustment')),
    code              TEXT NOT NULL,
    description       TEXT NOT NULL,
    plan_id           TEXT NOT NULL,
    plan_version      INTEGER NOT NULL,
    model             TEXT NOT NULL,
    meter             TEXT,
    quantity          BIGINT NOT NULL,
    included_quantity BIGINT NOT NULL,
    billed_quantity   BIGINT NOT NULL,
    unit_amount_cents BIGINT NOT NULL,
    per_quantity      BIGINT NOT NULL,
    amount_cents      BIGINT NOT NULL,
    covers_from       TIMESTAMPTZ NOT NULL,
    covers_to         TIMESTAMPTZ NOT NULL,
    event_count       BIGINT NOT NULL,
    event_units       BIGINT NOT NULL,
    fingerprint       BIGINT NOT NULL,
    position_from     BIGINT NOT NULL,
    position_to       BIGINT NOT NULL,
    adjusts_period_id UUID REFERENCES tenant_billing_periods,
    PRIMARY KEY (invoice_id, line_no),
    CHECK ((kind = 'adjustment') = (adjusts_period_id IS NOT NULL))
);
COMMENT ON TABLE invoice_lines IS
    'Lines of an invoice; their amounts sum to its total. The line''s events are those of [covers_from, covers_to) with position_from <= log_position < position_to; count, units and fingerprint prove them.';
CREATE INDEX invoice_lines_tenant ON invoice_lines (tenant_id);
CREATE INDEX invoice_lines_adjusts ON invoice_lines (adjusts_period_id);
SELECT tollgate.protect('invoice_lines', ARRAY['tollgate_billing', 'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT SELECT, INSERT ON invoice_lines TO tollgate_billing;
GRANT SELECT ON invoice_lines TO tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();

CREATE TABLE invoice_number_series (
    series      TEXT PRIMARY KEY,
    next_number BIGINT NOT NULL DEFAULT 1 CHECK (next_number >= 1)
);
COMMENT ON TABLE invoice_number_series IS
    'Next number of each series; taken in the last statements of the closing transaction, so that numbers have no gaps.';
GRANT SELECT, INSERT, UPDATE ON invoice_number_series TO tollgate_billing;

CREATE TABLE billing_outbox (
    outbox_id  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  TEXT NOT NULL,
    payload    BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE billing_outbox IS 'Events for billing.events.v1, written with what they tell of; deleted once the broker has them.';
SELECT tollgate.protect('billing_outbox', ARRAY['tollgate_billing', 'tollgate_admin']);
GRANT SELECT, INSERT, DELETE ON billing_outbox TO tollgate_billing;
GRANT SELECT ON billing_outbox TO tollgate_admin;

RESET ROLE;
