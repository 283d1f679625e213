-- Flyway makes its history before the roles exist; services read it to refuse an older schema.
COMMENT ON TABLE public.schema_history IS 'Flyway''s record of the migrations applied.';
GRANT SELECT ON public.schema_history TO
    tollgate_gateway, tollgate_ingest, tollgate_aggregator, tollgate_billing, tollgate_console;
