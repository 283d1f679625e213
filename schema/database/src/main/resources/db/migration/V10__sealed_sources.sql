-- A sealed source can lack events too: those that ingest had not stored when the broker or the gateway's disk was lost.
SET ROLE tollgate_owner;

CREATE OR REPLACE FUNCTION tollgate.abandon_source(p_source TEXT, p_reason TEXT, p_actor TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before event_sources%ROWTYPE;
    v_after  event_sources%ROWTYPE;
    v_last   BIGINT;
    v_gap    BIGINT;
BEGIN
    IF coalesce(btrim(p_reason), '') = '' OR coalesce(btrim(p_actor), '') = '' THEN
        RAISE EXCEPTION 'source %: abandoning needs a reason and a name', p_source USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_before FROM event_sources WHERE source = p_source FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no source %', p_source USING ERRCODE = 'P0002';
    END IF;
    IF v_before.state = 'abandoned' THEN
        RETURN false;
    END IF;
    v_last := greatest(v_before.appended, coalesce(v_before.final_sequence, 0));
    SELECT greatest(v_last, q.highest) - q.highest
            + coalesce((SELECT sum(q.missing[i + 1] - q.missing[i] + 1) FROM generate_series(1, cardinality(q.missing), 2) AS i), 0)
        INTO v_gap FROM ingest_sequences q WHERE q.source = p_source;
    v_gap := coalesce(v_gap, v_last);
    IF v_before.state = 'sealed' AND v_gap = 0 THEN
        RAISE EXCEPTION 'source % is sealed and all its events are stored: there is nothing to abandon', p_source
            USING ERRCODE = '55000';
    END IF;
    UPDATE event_sources SET state = 'abandoned', abandoned_by = p_actor, abandoned_reason = btrim(p_reason),
            abandoned_at = clock_timestamp(), known_gap = v_gap
        WHERE source = p_source RETURNING * INTO v_after;
    INSERT INTO audit_log (actor, action, subject, before, after, reason) VALUES (p_actor, 'source.abandoned',
        'event_sources/' || p_source, to_jsonb(v_before), to_jsonb(v_after), btrim(p_reason));
    RETURN true;
END $$;
COMMENT ON FUNCTION tollgate.abandon_source IS
    'Ends a source that is open, or sealed with events not stored, and of which nothing more is to be awaited; known_gap is what it had appended and is not stored. False, and nothing changed, when it is abandoned already.';

RESET ROLE;
