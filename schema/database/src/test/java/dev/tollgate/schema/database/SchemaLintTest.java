package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/// Reads the catalog of a migrated database; every query lists what breaks its rule.
@TestInstance(Lifecycle.PER_CLASS)
class SchemaLintTest {

    private final Connection connection;

    SchemaLintTest() throws SQLException {
        connection = TestDatabase.migrated().asSuperuser();
    }

    @BeforeAll
    void namesOurObjects() throws SQLException {
        Sql.run(connection, """
                CREATE TEMP VIEW our_tables AS
                SELECT c.*, c.oid AS table_oid FROM pg_class c
                WHERE c.relnamespace IN ('public'::regnamespace, 'tollgate'::regnamespace) AND c.relkind IN ('r', 'p')
                """);
        Sql.run(connection, """
                CREATE TEMP VIEW our_columns AS
                SELECT a.attrelid, a.attname, a.atttypid, a.attacl, t.relname || '.' || a.attname AS column_name FROM our_tables t
                JOIN pg_attribute a ON a.attrelid = t.table_oid AND a.attnum > 0 AND NOT a.attisdropped
                """);
        Sql.run(connection, """
                CREATE TEMP VIEW tenant_tables AS
                SELECT * FROM our_tables t WHERE EXISTS (
                    SELECT FROM our_columns a WHERE a.attrelid = t.table_oid AND a.attname = 'tenant_id')
                """);
        Sql.run(connection, """
                CREATE TEMP VIEW our_functions AS
                SELECT p.*, p.oid AS function_oid, p.oid::regprocedure::text AS signature FROM pg_proc p
                WHERE p.pronamespace IN ('public'::regnamespace, 'tollgate'::regnamespace) AND NOT EXISTS (
                    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
                """);
    }

    @AfterAll
    void closes() throws SQLException {
        connection.close();
    }

    @Test
    void looksAtTheWholeSchema() throws SQLException {
        assertThat(Sql.texts(connection, "SELECT relname FROM tenant_tables"))
                .contains("tenants", "tenant_quotas", "tenant_metrics_raw", "invoice_lines", "audit_log")
                .filteredOn(name -> name.startsWith("tenant_metrics_raw_"))
                .hasSize(4);
        assertThat(Sql.texts(connection, "SELECT signature FROM our_functions")).hasSizeGreaterThan(15);
    }

    @Test
    void everyTenantTableAndLeafForcesRowLevelSecurity() throws SQLException {
        assertNone("SELECT relname FROM tenant_tables WHERE NOT (relrowsecurity AND relforcerowsecurity)");
    }

    @Test
    void everyTenantTableHasAPolicyThatChecksWrites() throws SQLException {
        assertNone("""
                SELECT relname FROM tenant_tables t WHERE NOT EXISTS (
                    SELECT FROM pg_policy p WHERE p.polrelid = t.table_oid AND p.polwithcheck IS NOT NULL
                        AND 'tollgate_tenant'::regrole = ANY (p.polroles))
                """);
        assertNone("SELECT polrelid::regclass || '.' || polname FROM pg_policy WHERE polwithcheck IS NULL");
    }

    @Test
    void tenantsHaveOnePolicyAndItReadsTheSignedContext() throws SQLException {
        assertNone("""
                SELECT tablename || '.' || policyname FROM pg_policies
                WHERE roles && ARRAY['tollgate_tenant', 'public']::name[] AND policyname <> 'tenant_isolation'
                """);
        assertThat(Sql.texts(
                        connection,
                        "SELECT DISTINCT qual || with_check FROM pg_policies WHERE policyname = 'tenant_isolation'"))
                .allMatch(
                        policy -> policy.matches(
                                "(\\(\\(?tenant_id\\)?(::text)? = \\( SELECT tollgate.current_tenant\\(\\) AS current_tenant\\)\\)){2}"));
    }

    @Test
    void everyTableAndFunctionIsExplained() throws SQLException {
        assertNone("SELECT relname FROM our_tables WHERE obj_description(table_oid, 'pg_class') IS NULL");
        assertNone("SELECT signature FROM our_functions WHERE obj_description(function_oid, 'pg_proc') IS NULL");
    }

    @Test
    void everyForeignKeyHasAnIndexThatLeadsWithItsColumns() throws SQLException {
        assertNone("""
                SELECT c.conrelid::regclass || '.' || c.conname FROM pg_constraint c
                WHERE c.contype = 'f' AND NOT EXISTS (
                    SELECT FROM pg_index i
                    WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
                        AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
                          = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k))
                """);
    }

    @Test
    void nothingIsStoredAsAFloat() throws SQLException {
        assertNone("""
                SELECT column_name FROM our_columns
                WHERE atttypid IN ('float4'::regtype, 'float8'::regtype, 'float4[]'::regtype, 'float8[]'::regtype)
                """);
    }

    @Test
    void countsAndMoneyAreBigint() throws SQLException {
        assertNone("""
                SELECT column_name FROM our_columns
                WHERE attname ~ '(_cents|_count|_requests|_queries|_units|_quantity|_bytes|_ms|_mb|_us|_sum|_position)$|^(total_|requests_|bytes_|units$|quantity$|sequence$|highest$)'
                    AND atttypid <> 'bigint'::regtype
                    AND (SELECT typcategory FROM pg_type WHERE oid = atttypid) <> 'A'
                """);
    }

    @Test
    void thePublicMayDoNothingButMakeIds() throws SQLException {
        assertThat(Sql.texts(connection, """
                SELECT signature FROM our_functions WHERE has_function_privilege('public', function_oid, 'EXECUTE')
                """)).containsExactly("uuid_generate_v7()");
        assertNone("""
                SELECT relname || ' ' || acl.privilege_type FROM our_tables t, aclexplode(t.relacl) acl WHERE acl.grantee = 0
                """);
        assertNone("""
                SELECT nspname FROM pg_namespace, unnest(ARRAY['USAGE', 'CREATE']) privilege
                WHERE nspname IN ('public', 'tollgate') AND has_schema_privilege('public', oid, privilege)
                """);
    }

    /// A function that pins its path cannot be inlined; the fingerprint, summed over all events of a period, names
    /// everything in full instead.
    @Test
    void functionsPinTheirSearchPath() throws SQLException {
        assertNone("""
                SELECT signature FROM our_functions WHERE signature NOT LIKE 'tollgate.event_fingerprint(%' AND NOT coalesce(
                    (SELECT bool_or(setting ~ '^search_path=pg_catalog, .*pg_temp$') FROM unnest(proconfig) setting), false)
                """);
    }

    @Test
    void everythingBelongsToTheOwnerWhoCannotLogIn() throws SQLException {
        assertNone("""
                SELECT relname FROM our_tables WHERE relowner <> 'tollgate_owner'::regrole AND relname <> 'schema_history'
                UNION ALL SELECT signature FROM our_functions WHERE proowner <> 'tollgate_owner'::regrole
                UNION ALL SELECT rolname FROM pg_roles WHERE rolname = 'tollgate_owner' AND rolcanlogin
                """);
    }

    @Test
    void grantsGoToParentsOnly() throws SQLException {
        assertNone("""
                SELECT t.relname || ' to ' || acl.grantee::regrole FROM our_tables t, aclexplode(t.relacl) acl
                WHERE t.relispartition AND acl.grantee <> t.relowner
                UNION ALL
                SELECT c.column_name || ' to ' || acl.grantee::regrole FROM our_columns c, aclexplode(c.attacl) acl
                WHERE EXISTS (SELECT FROM our_tables t WHERE t.table_oid = c.attrelid AND t.relispartition)
                """);
    }

    @Test
    void viewsAskAsTheirCaller() throws SQLException {
        assertNone("""
                SELECT relname FROM pg_class
                WHERE relkind IN ('v', 'm') AND relnamespace IN ('public'::regnamespace, 'tollgate'::regnamespace)
                    AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
                """);
    }

    @Test
    void noServiceRoleHasPowersBeyondItsGrants() throws SQLException {
        assertThat(Sql.texts(connection, """
                SELECT rolname FROM pg_roles WHERE rolname LIKE 'tollgate\\_%'
                    AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
                """)).containsExactly("tollgate_ingest");
        assertNone("SELECT member::regrole FROM pg_auth_members WHERE member::regrole::text LIKE 'tollgate\\_%'");
    }

    private void assertNone(String offenders) throws SQLException {
        List<String> found = Sql.texts(connection, offenders);
        assertThat(found).isEmpty();
    }
}
