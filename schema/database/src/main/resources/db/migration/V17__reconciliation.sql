-- What the reconciler found, and how far it has looked.
SET ROLE tollgate_owner;

CREATE TABLE reconciliation_findings (
    finding_id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('loss', 'beyond', 'duplicate', 'difference')),
    tenant_id     TEXT,
    hour_bucket   TIMESTAMPTZ,
    source        TEXT,
    sequence_from BIGINT,
    sequence_to   BIGINT,
    expected      JSONB NOT NULL,
    actual        JSONB NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at  TIMESTAMPTZ NOT NULL CHECK (last_seen_at >= first_seen_at),
    times_seen    INTEGER NOT NULL DEFAULT 1 CHECK (times_seen >= 1),
    resolved_at   TIMESTAMPTZ,
    resolution    TEXT CHECK (resolution IN ('arrived', 'abandoned', 'recomputed', 'gone', 'accepted')),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    CHECK ((tenant_id IS NULL) = (hour_bucket IS NULL)),
    CHECK (tenant_id IS NOT NULL OR source IS NOT NULL),
    CHECK ((source IS NULL) = (sequence_from IS NULL) AND (source IS NULL) = (sequence_to IS NULL)),
    CHECK (sequence_from <= sequence_to)
);
COMMENT ON TABLE reconciliation_findings IS
    'Where tables disagree, one open row per place. loss: sequences of a source (from, to, both inclusive) that are published and not stored. beyond: rows of a source with sequences that ingest never stored. duplicate: a sequence of a source that several rows of an hour carry. difference: an hour whose raw rows (expected) and bucket (actual) differ. A row is closed, never deleted.';
COMMENT ON COLUMN reconciliation_findings.resolution IS
    'arrived: the events came after all; abandoned: the source was; recomputed: raw rows and bucket agree again; gone: what was too much is no longer there; accepted: an operator lives with it.';
CREATE UNIQUE INDEX reconciliation_findings_open ON reconciliation_findings
    (kind, tenant_id, hour_bucket, source, sequence_from) NULLS NOT DISTINCT WHERE resolved_at IS NULL;
CREATE INDEX reconciliation_findings_tenant ON reconciliation_findings (tenant_id, hour_bucket);
SELECT tollgate.protect('reconciliation_findings', ARRAY['tollgate_aggregator', 'tollgate_console', 'tollgate_finance',
    'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE (sequence_to, expected, actual, last_seen_at, times_seen, resolved_at, resolution)
    ON reconciliation_findings TO tollgate_aggregator;
GRANT SELECT ON reconciliation_findings TO tollgate_console, tollgate_finance, tollgate_admin;

CREATE FUNCTION tollgate.guard_finding() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.resolved_at IS NOT NULL THEN
        RAISE EXCEPTION 'reconciliation finding % is kept as it is', OLD.finding_id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION tollgate.guard_finding IS 'Trigger: a finding is never deleted, and not changed once it is closed.';
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON reconciliation_findings
    FOR EACH ROW EXECUTE FUNCTION tollgate.guard_finding();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reconciliation_findings
    FOR EACH STATEMENT EXECUTE FUNCTION tollgate.refuse_change();

CREATE FUNCTION tollgate.accept_finding(p_finding_id BIGINT, p_reason TEXT, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before reconciliation_findings%ROWTYPE;
    v_after  reconciliation_findings%ROWTYPE;
BEGIN
    IF coalesce(btrim(p_reason), '') = '' OR coalesce(btrim(p_actor), '') = '' THEN
        RAISE EXCEPTION 'finding %: accepting needs a reason and a name', p_finding_id USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_before FROM reconciliation_findings WHERE finding_id = p_finding_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no finding %', p_finding_id USING ERRCODE = 'P0002';
    END IF;
    IF v_before.resolved_at IS NOT NULL THEN
        RETURN false;
    END IF;
    IF v_before.kind NOT IN ('duplicate', 'beyond') THEN
        RAISE EXCEPTION 'finding % is a %: a loss ends by abandoning its source, a difference by recomputing its hour',
            p_finding_id, v_before.kind USING ERRCODE = '55000';
    END IF;
    UPDATE reconciliation_findings SET resolved_at = clock_timestamp(), resolution = 'accepted'
        WHERE finding_id = p_finding_id RETURNING * INTO v_after;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after, reason) VALUES (p_actor, 'finding.accepted',
        v_before.tenant_id, 'reconciliation_findings/' || p_finding_id, to_jsonb(v_before), to_jsonb(v_after), btrim(p_reason));
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.accept_finding IS
    'Closes an open duplicate or beyond that an operator decided to live with; the same place with the same rows is not found again. False, and nothing changed, when it is closed already.';
GRANT EXECUTE ON FUNCTION tollgate.accept_finding TO tollgate_admin;

CREATE TABLE reconciliation_scans (
    scan         TEXT PRIMARY KEY CHECK (scan IN ('recent', 'rotating')),
    span_from    TIMESTAMPTZ,
    span_to      TIMESTAMPTZ,
    after_tenant TEXT NOT NULL DEFAULT '',
    completed_at TIMESTAMPTZ,
    CHECK ((span_from IS NULL) = (span_to IS NULL)),
    CHECK (span_from < span_to)
);
COMMENT ON TABLE reconciliation_scans IS
    'Where each scan of the reconciler goes on: the hours [span_from, span_to) of the tenants behind after_tenant; no span: the scan is complete since completed_at. recent: the hours that closed last; rotating: day after day backwards through everything that raw still has. Locked by the instance that takes the next page.';
INSERT INTO reconciliation_scans (scan) VALUES ('recent'), ('rotating');
GRANT SELECT, UPDATE ON reconciliation_scans TO tollgate_aggregator;
GRANT SELECT ON reconciliation_scans TO tollgate_console, tollgate_admin;

RESET ROLE;
