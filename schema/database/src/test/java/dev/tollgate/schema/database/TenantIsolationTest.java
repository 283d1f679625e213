package dev.tollgate.schema.database;

import static dev.tollgate.schema.database.TestDatabase.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which rows the role `tollgate_tenant` sees with a good, a bad, and a stolen context.
class TenantIsolationTest {

    private static final String ROLE = "tollgate_tenant";
    private static final String OWN = "own.tenant";
    private static final String OTHER = "other-tenant_1";
    private static final String CONTEXT_REFUSED = "28000";
    private static final Instant LATER = Instant.parse("2190-01-01T00:00:00Z");

    private static TestDatabase database;
    private static List<String> readable;

    private Connection tenant;

    @BeforeAll
    static void fillsEveryTableThatTenantsRead() throws SQLException {
        database = TestDatabase.migrated();
        readable = TenantRows.makeOf(database, OWN, OTHER);
    }

    @BeforeEach
    void connects() throws SQLException {
        tenant = database.as(ROLE);
        tenant.setAutoCommit(false);
    }

    @AfterEach
    void closes() throws SQLException {
        tenant.close();
    }

    @Test
    void theRightTokenShowsTheOwnRowsOnly() throws SQLException {
        enter(tenant, token(OWN, LATER));

        assertThat(readable).contains("tenants", "tenant_metrics_raw", "tenant_metrics_hourly", "invoice_lines");
        for (String table : readable) {
            assertThat(Sql.texts(tenant, "SELECT DISTINCT tenant_id FROM " + table))
                    .as(table)
                    .containsExactly(OWN);
        }
        assertThat(Sql.number(
                        tenant,
                        "SELECT sum(event_count) FROM tollgate.usage_from_raw(?, '-infinity', 'infinity', ?)",
                        OWN,
                        Long.MAX_VALUE))
                .isOne();
        assertThat(Sql.texts(
                        tenant,
                        "SELECT * FROM tollgate.usage_from_raw(?, '-infinity', 'infinity', ?)",
                        OTHER,
                        Long.MAX_VALUE))
                .isEmpty();
    }

    static Stream<List<String>> forgedContexts() {
        String claim = OTHER + "|" + LATER.getEpochSecond();
        return Stream.of(
                List.of(),
                List.of("SET tollgate.context = ''"),
                List.of("SET tollgate.context = '" + OTHER + "'"),
                List.of("SELECT set_config('tollgate.context', '" + OTHER + "', false)"),
                List.of("SELECT set_config('tollgate.context', '" + claim + "|" + "0".repeat(64) + "', true)"),
                List.of("SELECT set_config('tollgate.context', '" + token(OTHER, LATER) + "', true)"),
                List.of(
                        "SELECT set_config('tollgate.tenant', '" + OTHER + "', true)",
                        "SET app.tenant_id = '" + OTHER + "'"));
    }

    @ParameterizedTest
    @MethodSource("forgedContexts")
    void aForgedContextShowsNothing(List<String> attack) throws SQLException {
        for (String statement : attack) {
            Sql.run(tenant, statement);
        }
        assertSeesNothing();
    }

    static Stream<String> badTokens() {
        String good = token(OWN, LATER);
        return Stream.of(
                token(OWN, Instant.parse("2020-01-01T00:00:00Z")),
                token("another key, of at least 32 bytes".getBytes(StandardCharsets.UTF_8), OWN, LATER),
                good.replace(OWN, OTHER),
                good.replace(Long.toString(LATER.getEpochSecond()), Long.toString(LATER.getEpochSecond() + 1)),
                good.substring(0, good.length() - 1),
                good + "0",
                good + "|0",
                token(OWN + "|" + LATER.getEpochSecond(), LATER),
                token("", LATER),
                token("a tenant", LATER),
                token("t".repeat(65), LATER),
                "",
                "||",
                OWN,
                OWN + "|" + LATER.getEpochSecond(),
                OWN + "|1e9|" + "0".repeat(64));
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aBadTokenIsRefused(String token) throws SQLException {
        assertThat(Sql.stateWithin(tenant, "SELECT tollgate.enter(?)", token)).isEqualTo(CONTEXT_REFUSED);
        assertSeesNothing();
    }

    @Test
    void noTokenIsRefused() throws SQLException {
        assertThat(Sql.stateWithin(tenant, "SELECT tollgate.enter(NULL)")).isEqualTo(CONTEXT_REFUSED);
        assertSeesNothing();
    }

    @Test
    void aBadTokenDoesNotEndTheContextThatIsIn() throws SQLException {
        enter(tenant, token(OWN, LATER));
        assertThat(Sql.stateWithin(
                        tenant, "SELECT tollgate.enter(?)", token(OWN, LATER).replace(OWN, OTHER)))
                .isEqualTo(CONTEXT_REFUSED);
        assertThat(Sql.texts(tenant, "SELECT tenant_id FROM tenants")).containsExactly(OWN);
    }

    @Test
    void lostKeysShutEverybodyOut() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            Sql.run(superuser, "DELETE FROM tollgate.secrets");
            Sql.run(superuser, "SET LOCAL ROLE tollgate_tenant");
            assertThat(Sql.stateWithin(superuser, "SELECT tollgate.enter(?)", token(OWN, LATER)))
                    .isEqualTo(CONTEXT_REFUSED);
            Sql.run(superuser, "SELECT set_config('tollgate.context', ?, true)", token(OWN, LATER));
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM tenants")).isEmpty();
            superuser.rollback();
        }
    }

    @Test
    void aContextStolenFromAnotherBackendShowsNothing() throws SQLException {
        try (Connection victim = database.as(ROLE)) {
            victim.setAutoCommit(false);
            enter(victim, token(OTHER, LATER));
            String stolen = Sql.text(victim, "SELECT current_setting('tollgate.context')");

            Sql.run(tenant, "SELECT set_config('tollgate.context', ?, true)", stolen);
            assertSeesNothing();
            assertThat(Sql.texts(victim, "SELECT tenant_id FROM tenants")).containsExactly(OTHER);
        }
    }

    @Test
    void aContextEndsWithItsTransactionAndCannotBeCarriedOver() throws SQLException {
        enter(tenant, token(OTHER, LATER));
        String stolen = Sql.text(tenant, "SELECT current_setting('tollgate.context')");
        tenant.commit();
        assertSeesNothing();

        Sql.run(tenant, "SELECT set_config('tollgate.context', ?, false)", stolen);
        assertSeesNothing();
        tenant.commit();
        assertSeesNothing();
    }

    @Test
    void aContextExpiresInMidTransaction() throws SQLException {
        long second = Sql.number(tenant, "SELECT ceil(extract(epoch FROM clock_timestamp()))::bigint + 1");
        enter(tenant, token(OWN, Instant.ofEpochSecond(second)));
        assertThat(Sql.texts(tenant, "SELECT tenant_id FROM tenants")).containsExactly(OWN);

        Await.until(
                "the context expires",
                Duration.ofSeconds(10),
                () -> Sql.texts(tenant, "SELECT tenant_id FROM tenants").isEmpty());
        assertThat(Sql.truth(tenant, "SELECT clock_timestamp() >= to_timestamp(?)", (double) second))
                .isTrue();
        assertSeesNothing();
    }

    private void assertSeesNothing() throws SQLException {
        Map<String, Long> seen = new TreeMap<>();
        for (String table : readable) {
            long rows = Sql.number(tenant, "SELECT count(*) FROM " + table);
            if (rows > 0) {
                seen.put(table, rows);
            }
        }
        assertThat(readable).isNotEmpty();
        assertThat(seen).isEmpty();
    }

    private static void enter(Connection connection, String token) throws SQLException {
        Sql.run(connection, "SELECT tollgate.enter(?)", token);
    }
}
