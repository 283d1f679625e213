package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaGuardTest {

    private static final List<String> SERVICES = List.of(
            "tollgate_gateway", "tollgate_ingest", "tollgate_aggregator", "tollgate_billing", "tollgate_console");

    @Test
    void everyServiceAcceptsACurrentOrNewerSchemaAndRefusesAnOlderOne() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        for (String service : SERVICES) {
            assertThatCode(() -> SchemaGuard.requireCurrent(database.dataSource(service)))
                    .doesNotThrowAnyException();
        }
        try (Connection superuser = database.asSuperuser()) {
            Sql.run(superuser, """
                    INSERT INTO schema_history SELECT 1000, '1000', 'newer', 'SQL', 'V1000__newer.sql', 0, 'x', now(), 0, true
                    """);
            assertThatCode(() -> SchemaGuard.requireCurrent(database.dataSource("tollgate_gateway")))
                    .doesNotThrowAnyException();
            Sql.run(superuser, "DELETE FROM schema_history WHERE version = '7'");
        }
        assertThatThrownBy(() -> SchemaGuard.requireCurrent(database.dataSource("tollgate_gateway")))
                .isInstanceOf(SchemaOutdatedException.class)
                .hasMessageContaining("V7__quotas.sql")
                .hasMessageContaining("run migrate")
                .hasMessageNotContaining("V6__");
    }

    @Test
    void anEmptyDatabaseLacksEverything() {
        TestDatabase database = TestDatabase.empty();
        assertThatThrownBy(() -> SchemaGuard.requireCurrent(
                        database.dataSource(database.server().superuser())))
                .isInstanceOf(SchemaOutdatedException.class)
                .hasMessageContaining("V1__roles.sql");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNotTakenForAnOldOne() {
        TestDatabase gone = new TestDatabase(TestDatabase.empty().server(), "no_such_database");
        assertThatThrownBy(() -> SchemaGuard.requireCurrent(gone.dataSource("postgres")))
                .isInstanceOf(SQLException.class);
    }
}
