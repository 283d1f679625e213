-- A lease that nobody settles is forfeited: its unused tokens stay charged. The grace of 10 s was shorter than an outage:
-- the first gateway that came back forfeited what the others were about to settle. 2 min is longer than a failover takes.
SET ROLE tollgate_owner;

DO $$
DECLARE
    v_before CONSTANT TEXT := 'k_grace_us       CONSTANT BIGINT := 10000000;';
    v_after  CONSTANT TEXT := 'k_grace_us       CONSTANT BIGINT := 120000000;';
    v_source CONSTANT TEXT := pg_get_functiondef('tollgate.exchange_leases_at'::regproc);
BEGIN
    IF strpos(v_source, v_before) = 0 THEN
        RAISE EXCEPTION 'tollgate.exchange_leases_at has no such grace';
    END IF;
    EXECUTE replace(v_source, v_before, v_after);
END $$;

RESET ROLE;
