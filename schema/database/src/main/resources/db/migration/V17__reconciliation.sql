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
    period_id     UUID REFERENCES tenant_billing_periods,
    CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    CHECK ((tenant_id IS NULL) = (hour_bucket IS NULL)),
    CHECK (tenant_id IS NOT NULL OR source IS NOT NULL),
    CHECK (period_id IS NULL OR kind = 'difference'),
    CHECK ((source IS NULL) = (sequence_from IS NULL) AND (source IS NULL) = (sequence_to IS NULL)),
    CHECK (sequence_from <= sequence_to)
);
COMMENT ON TABLE reconciliation_findings IS
    'Where tables disagree, one open row per place. loss: sequences of a source (from, to, both inclusive) that are published and not stored; or, of a tenant and hour, rows that its bucket (expected) counted and raw (actual) does not have. beyond: rows of a source with sequences that ingest never stored. duplicate: a sequence of a source that several rows of an hour carry. difference: an hour whose raw rows (expected) and bucket (actual) differ for another reason. A row is closed, never deleted.';
COMMENT ON COLUMN reconciliation_findings.resolution IS
    'arrived: the events came after all; abandoned: the source was; recomputed: raw rows and bucket agree again, and no closed period is against it; gone: what was too much is no longer there; accepted: an operator lives with it.';
COMMENT ON COLUMN reconciliation_findings.period_id IS
    'The closed period that the raw rows no longer bear out, although the bucket was recomputed: open until they do again or an operator accepts it.';
CREATE UNIQUE INDEX reconciliation_findings_open ON reconciliation_findings
    (kind, tenant_id, hour_bucket, source, sequence_from) NULLS NOT DISTINCT WHERE resolved_at IS NULL;
CREATE INDEX reconciliation_findings_tenant ON reconciliation_findings (tenant_id, hour_bucket);
CREATE INDEX reconciliation_findings_period ON reconciliation_findings (period_id);
SELECT tollgate.protect('reconciliation_findings', ARRAY['tollgate_aggregator', 'tollgate_console', 'tollgate_finance',
    'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE (sequence_to, expected, actual, last_seen_at, times_seen, resolved_at, resolution, period_id)
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
    IF v_before.kind = 'loss' AND v_before.tenant_id IS NULL THEN
        RAISE EXCEPTION 'finding % is a loss of source %: it ends by abandoning the source', p_finding_id, v_before.source
            USING ERRCODE = '55000';
    END IF;
    IF v_before.kind = 'difference' AND v_before.period_id IS NULL THEN
        RAISE EXCEPTION 'finding % is a difference that no closed period is against: it ends by recomputing its hour', p_finding_id
            USING ERRCODE = '55000';
    END IF;
    UPDATE reconciliation_findings SET resolved_at = clock_timestamp(), resolution = 'accepted'
        WHERE finding_id = p_finding_id RETURNING * INTO v_after;
    INSERT INTO audit_log (actor, action, tenant_id, subject, before, after, reason) VALUES (p_actor, 'finding.accepted',
        v_before.tenant_id, 'reconciliation_findings/' || p_finding_id, to_jsonb(v_before), to_jsonb(v_after), btrim(p_reason));
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.accept_finding IS
    'Closes an open finding that an operator decided to live with: a duplicate or beyond (the same place with the same rows is not found again), a loss of an hour, a difference that a closed period is against. False, and nothing changed, when it is closed already. No such finding: P0002; of another kind: 55000.';
GRANT EXECUTE ON FUNCTION tollgate.accept_finding TO tollgate_aggregator, tollgate_admin;

CREATE FUNCTION tollgate.period_against_raw(p_tenant_id TEXT, p_hour TIMESTAMPTZ) RETURNS UUID
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id FROM tenant_billing_periods p CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.event_count), 0) AS event_count, tollgate.wrap_int64(coalesce(sum(r.fingerprint), 0)) AS fingerprint,
            coalesce(sum(r.billable_requests), 0) AS requests, coalesce(sum(r.units), 0) AS units,
            coalesce(sum(r.db_queries), 0) AS db_queries, coalesce(sum(r.ai_requests), 0) AS ai_requests
        FROM tollgate.usage_from_raw(p.tenant_id, p.starts_at, p.ends_at, p.cut_position) r) u
    WHERE p.tenant_id = p_tenant_id AND p.starts_at < p_hour + INTERVAL '1 hour' AND p.ends_at > p_hour
        AND (p.event_count, p.fingerprint, p.total_requests, p.total_units, p.total_db_queries, p.total_ai_requests)
            <> (u.event_count, u.fingerprint, u.requests, u.units, u.db_queries, u.ai_requests)
    ORDER BY p.starts_at LIMIT 1
$$;
COMMENT ON FUNCTION tollgate.period_against_raw IS
    'The first closed period of a tenant that has a part of this UTC hour and was billed for other events, or other sums of them, than the raw rows of the whole period show; NULL when there is none. Reads all raw rows of the period.';
GRANT EXECUTE ON FUNCTION tollgate.period_against_raw TO tollgate_aggregator;

CREATE TABLE reconciliation_scans (
    scan             TEXT PRIMARY KEY CHECK (scan IN ('recent', 'rotating')),
    span_from        TIMESTAMPTZ,
    span_to          TIMESTAMPTZ,
    after_tenant     TEXT NOT NULL DEFAULT '',
    completed_at     TIMESTAMPTZ,
    last_page_at     TIMESTAMPTZ,
    hours_compared   BIGINT NOT NULL DEFAULT 0,
    ranges_unchecked BIGINT NOT NULL DEFAULT 0,
    CHECK ((span_from IS NULL) = (span_to IS NULL)),
    CHECK (span_from < span_to)
);
COMMENT ON TABLE reconciliation_scans IS
    'Where each scan of the reconciler goes on: the hours [span_from, span_to) of the tenants behind after_tenant; no span: the scan waits since completed_at, when its last round ended. recent: the hours that closed last; rotating: day after day backwards through everything that raw still has. last_page_at, hours_compared, ranges_unchecked (no answer within the statement timeout): of all its pages so far. Locked by the instance that takes the next page.';
INSERT INTO reconciliation_scans (scan) VALUES ('recent'), ('rotating');
GRANT SELECT, UPDATE ON reconciliation_scans TO tollgate_aggregator;
GRANT SELECT ON reconciliation_scans TO tollgate_console, tollgate_admin;

RESET ROLE;
