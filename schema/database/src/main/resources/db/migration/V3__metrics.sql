-- Raw events in month partitions, hourly buckets, positions in the log, event sources, the intake's outbox.
SET ROLE tollgate_owner;

CREATE TABLE topic_generations (
    topic       TEXT NOT NULL,
    generation  INTEGER NOT NULL CHECK (generation BETWEEN 1 AND 32767),
    topic_id    TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, generation),
    UNIQUE (topic, topic_id)
);
COMMENT ON TABLE topic_generations IS
    'Counts how often a topic was made anew, so that log positions (generation and offset) only grow.';
GRANT SELECT ON topic_generations TO tollgate_ingest, tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_admin;

CREATE TABLE tenant_metrics_raw (
    tenant_id       TEXT NOT NULL,
    event_time      TIMESTAMPTZ NOT NULL,
    id              UUID NOT NULL DEFAULT uuid_generate_v7(),
    user_id         TEXT,
    event_type      TEXT NOT NULL CHECK (event_type IN ('api_request', 'db_query', 'storage_write', 'ai_request')),
    endpoint        TEXT,
    method          TEXT,
    route           TEXT,
    duration_ms     BIGINT NOT NULL DEFAULT 0,
    db_query_count  BIGINT NOT NULL DEFAULT 0,
    db_duration_ms  BIGINT,
    response_status INTEGER,
    bytes_sent      BIGINT NOT NULL DEFAULT 0,
    bytes_received  BIGINT NOT NULL DEFAULT 0,
    bytes_stored    BIGINT,
    units           BIGINT NOT NULL DEFAULT 1,
    source          TEXT NOT NULL,
    sequence        BIGINT NOT NULL,
    log_position    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, event_time, id)
) PARTITION BY RANGE (event_time);
COMMENT ON TABLE tenant_metrics_raw IS
    'Every event once, as published. log_position = topic generation << 48 | offset: a tenant lives in one partition, so one position cuts its history in two. Tenants need not be known.';
SELECT tollgate.protect('tenant_metrics_raw', ARRAY['tollgate_ingest', 'tollgate_aggregator', 'tollgate_billing',
    'tollgate_console', 'tollgate_finance', 'tollgate_admin']);
GRANT INSERT, SELECT ON tenant_metrics_raw TO tollgate_ingest;
GRANT SELECT ON tenant_metrics_raw TO tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_finance,
    tollgate_admin, tollgate_tenant;

-- Attaching a finished table locks the parent less than making it in place: inserts and queries go on. The constraint
-- spares the attachment a scan; afterwards the partition's bounds say the same.
CREATE FUNCTION tollgate.ensure_month(p_month DATE) RETURNS BOOLEAN
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
    IF EXISTS (SELECT FROM pg_class WHERE relname = v_name AND relnamespace = 'public'::regnamespace) THEN
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
    'Makes the raw partition of a UTC month with forced row-level security when it is missing; true when it made it.';
GRANT EXECUTE ON FUNCTION tollgate.ensure_month TO tollgate_ingest, tollgate_admin;

CREATE TABLE tenant_metrics_hourly (
    id                   UUID PRIMARY KEY DEFAULT uuid_generate_v7(),
    tenant_id            TEXT NOT NULL,
    hour_bucket          TIMESTAMPTZ NOT NULL CHECK (hour_bucket = date_trunc('hour', hour_bucket, 'UTC')),
    event_count          BIGINT NOT NULL,
    total_requests       BIGINT NOT NULL DEFAULT 0,
    billable_requests    BIGINT NOT NULL DEFAULT 0,
    successful_requests  BIGINT NOT NULL DEFAULT 0,
    failed_requests      BIGINT NOT NULL DEFAULT 0,
    ai_requests          BIGINT NOT NULL DEFAULT 0,
    units                BIGINT NOT NULL DEFAULT 0,
    total_duration_ms    BIGINT NOT NULL DEFAULT 0,
    avg_duration_ms      BIGINT NOT NULL DEFAULT 0,
    p50_duration_ms      BIGINT,
    p95_duration_ms      BIGINT,
    p99_duration_ms      BIGINT,
    total_db_queries     BIGINT NOT NULL DEFAULT 0,
    total_bytes_sent     BIGINT NOT NULL DEFAULT 0,
    total_bytes_received BIGINT NOT NULL DEFAULT 0,
    storage_bytes        BIGINT,
    fingerprint          BIGINT NOT NULL,
    log_position         BIGINT NOT NULL,
    owner                TEXT NOT NULL CHECK (owner IN ('stream', 'raw')),
    sketch               BYTEA NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, hour_bucket)
);
COMMENT ON TABLE tenant_metrics_hourly IS
    'One bucket per tenant and UTC hour. owner says who computes it: the stream, or raw once the hour was recomputed from the raw table; a raw bucket is never overwritten by the stream. fingerprint is the sum mod 2^64 of tollgate.event_fingerprint; log_position is the bucket''s revision.';
SELECT tollgate.protect('tenant_metrics_hourly', ARRAY['tollgate_aggregator', 'tollgate_billing', 'tollgate_console',
    'tollgate_finance', 'tollgate_admin', 'tollgate_ingest']);
GRANT SELECT, INSERT, UPDATE ON tenant_metrics_hourly TO tollgate_aggregator;
GRANT SELECT ON tenant_metrics_hourly TO tollgate_billing, tollgate_console, tollgate_finance, tollgate_admin, tollgate_tenant, tollgate_ingest;

CREATE TABLE tenant_stale_hours (
    tenant_id    TEXT NOT NULL,
    hour_bucket  TIMESTAMPTZ NOT NULL,
    log_position BIGINT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason IN ('late', 'duplicate', 'difference', 'no-state')),
    marked_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, hour_bucket)
);
COMMENT ON TABLE tenant_stale_hours IS
    'Hours to recompute from the raw table once ingest has stored everything up to log_position.';
SELECT tollgate.protect('tenant_stale_hours', ARRAY['tollgate_aggregator', 'tollgate_ingest', 'tollgate_billing', 'tollgate_console', 'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_stale_hours TO tollgate_aggregator;
GRANT SELECT, INSERT, UPDATE ON tenant_stale_hours TO tollgate_ingest;
GRANT SELECT ON tenant_stale_hours TO tollgate_billing, tollgate_console, tollgate_admin;

-- Buckets that were recomputed from raw, on their way to usage.hourly.v1.
CREATE TABLE hourly_outbox (
    outbox_id   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   TEXT NOT NULL,
    hour_bucket TIMESTAMPTZ NOT NULL,
    payload     BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE hourly_outbox IS 'Recomputed buckets waiting to be published; a row is deleted once the broker has it.';
SELECT tollgate.protect('hourly_outbox', ARRAY['tollgate_aggregator', 'tollgate_admin']);
GRANT SELECT, INSERT, DELETE ON hourly_outbox TO tollgate_aggregator;
GRANT SELECT ON hourly_outbox TO tollgate_admin;

CREATE TABLE ingest_positions (
    topic        TEXT NOT NULL,
    generation   INTEGER NOT NULL,
    partition_id INTEGER NOT NULL,
    next_offset  BIGINT NOT NULL DEFAULT 0,
    epoch        BIGINT NOT NULL DEFAULT 0,
    backend_pid  INTEGER,
    PRIMARY KEY (topic, generation, partition_id),
    FOREIGN KEY (topic, generation) REFERENCES topic_generations
) WITH (fillfactor = 50);
COMMENT ON TABLE ingest_positions IS
    'How far ingest has stored each partition. Moved in the transaction of the rows; the epoch fences an instance that lost the partition.';
CREATE TABLE sink_positions (LIKE ingest_positions INCLUDING ALL,
    FOREIGN KEY (topic, generation) REFERENCES topic_generations) WITH (fillfactor = 50);
COMMENT ON TABLE sink_positions IS 'As ingest_positions, of the aggregator''s sink.';
GRANT SELECT, INSERT, UPDATE ON ingest_positions TO tollgate_ingest;
GRANT SELECT, INSERT, UPDATE ON sink_positions TO tollgate_aggregator;
GRANT SELECT ON ingest_positions TO tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_admin, tollgate_gateway;
GRANT SELECT ON sink_positions TO tollgate_billing, tollgate_console, tollgate_admin;

CREATE TABLE ingest_sequences (
    source       TEXT PRIMARY KEY,
    partition_id INTEGER NOT NULL,
    highest      BIGINT NOT NULL CHECK (highest >= 0),
    missing      BIGINT[] NOT NULL DEFAULT '{}',
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
COMMENT ON TABLE ingest_sequences IS
    'Per source the highest stored sequence and the missing ranges below it (from, to, from, to, both inclusive). Complete when missing is empty and highest = event_sources.published.';
GRANT SELECT, INSERT, UPDATE ON ingest_sequences TO tollgate_ingest;
GRANT SELECT ON ingest_sequences TO tollgate_gateway, tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_admin;

CREATE TABLE event_sources (
    source           TEXT PRIMARY KEY,
    origin           TEXT NOT NULL CHECK (origin IN ('gateway', 'intake')),
    instance         TEXT NOT NULL,
    partition_id     INTEGER NOT NULL CHECK (partition_id >= 0),
    state            TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'sealed', 'abandoned')),
    appended         BIGINT NOT NULL DEFAULT 0 CHECK (appended >= 0),
    published        BIGINT NOT NULL DEFAULT 0 CHECK (published >= 0),
    oldest_pending   TIMESTAMPTZ,
    heartbeat_at     TIMESTAMPTZ NOT NULL,
    opened_at        TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    final_sequence   BIGINT,
    sealed_at        TIMESTAMPTZ,
    abandoned_by     TEXT,
    abandoned_reason TEXT,
    abandoned_at     TIMESTAMPTZ,
    known_gap        BIGINT,
    CHECK (published <= appended),
    CHECK ((state = 'sealed') = (sealed_at IS NOT NULL) OR state = 'abandoned'),
    CHECK (state <> 'sealed' OR final_sequence IS NOT NULL),
    CHECK ((state = 'abandoned') = (abandoned_by IS NOT NULL AND abandoned_reason IS NOT NULL AND abandoned_at IS NOT NULL))
) WITH (fillfactor = 50);
COMMENT ON TABLE event_sources IS
    'State of every source of events. appended and published are sequences; oldest_pending is the time of the oldest event not yet acknowledged by the broker; heartbeat_at is the source''s own clock at its last sign of life: no later event of it is earlier. A source is born with its row, before its first event.';
GRANT SELECT, INSERT, UPDATE ON event_sources TO tollgate_gateway, tollgate_ingest;
GRANT SELECT ON event_sources TO tollgate_aggregator, tollgate_billing, tollgate_console, tollgate_admin;
GRANT UPDATE (state, abandoned_by, abandoned_reason, abandoned_at, known_gap) ON event_sources TO tollgate_admin;

CREATE TABLE event_keys (
    tenant_id   TEXT NOT NULL,
    source      TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    body_hash   BYTEA NOT NULL CHECK (octet_length(body_hash) = 32),
    received_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, source, event_id)
);
COMMENT ON TABLE event_keys IS
    'What intake and import have accepted: the same id again is a repeat when the body''s hash is the same, else a conflict. source is the producer''s name.';
SELECT tollgate.protect('event_keys', ARRAY['tollgate_ingest', 'tollgate_admin']);
GRANT SELECT, INSERT ON event_keys TO tollgate_ingest;
GRANT SELECT ON event_keys TO tollgate_admin;

CREATE TABLE intake_outbox (
    outbox_id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    TEXT NOT NULL,
    partition_id INTEGER NOT NULL,
    payload      BYTEA NOT NULL,
    source       TEXT REFERENCES event_sources,
    sequence     BIGINT,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK ((source IS NULL) = (sequence IS NULL))
);
COMMENT ON TABLE intake_outbox IS
    'Accepted events on their way to the topic: the relay numbers them (source, sequence) and commits before it publishes, so that a repeat carries the same number; a row is deleted once the broker has it.';
CREATE INDEX intake_outbox_partition ON intake_outbox (partition_id, outbox_id);
CREATE INDEX intake_outbox_source ON intake_outbox (source, sequence);
SELECT tollgate.protect('intake_outbox', ARRAY['tollgate_ingest', 'tollgate_admin']);
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_outbox TO tollgate_ingest;
GRANT SELECT ON intake_outbox TO tollgate_admin;

RESET ROLE;
