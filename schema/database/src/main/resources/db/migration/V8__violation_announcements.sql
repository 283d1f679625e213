-- Denials become records of quota.violations.v1: the table is the outbox, and a count is added once.
SET ROLE tollgate_owner;

ALTER TABLE tenant_quota_violations
    ADD COLUMN announced_count BIGINT NOT NULL DEFAULT 0 CHECK (announced_count >= 0),
    ALTER COLUMN violated_at SET DEFAULT date_trunc('minute', now(), 'UTC');
COMMENT ON COLUMN tenant_quota_violations.announced_count IS
    'denied_count as it was last published to quota.violations.v1; a row that holds more is published once its minute is over, again if need be.';
CREATE INDEX tenant_quota_violations_unannounced ON tenant_quota_violations (violated_at)
    WHERE announced_count < denied_count;

CREATE TABLE violation_writers (
    writer       TEXT PRIMARY KEY,
    flush_number BIGINT NOT NULL CHECK (flush_number >= 1),
    written_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE violation_writers IS
    'The last flush of counted denials that each gateway process has stored, written with the counts: a flush that is repeated after a lost answer adds nothing.';
GRANT SELECT, INSERT, UPDATE, DELETE ON violation_writers TO tollgate_gateway;

RESET ROLE;
