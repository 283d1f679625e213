package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.ClockedLedger;
import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseSettlement;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.UsageLedgerContract;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The function of the real database keeps to the contract, and says truly when tokens return.
final class PostgresQuotaLedgerTest extends UsageLedgerContract {

    private static GatewayDatabase database;
    private static ClockedPostgresLedger shared;

    @BeforeAll
    static void createDatabase() throws SQLException {
        database = GatewayDatabase.create();
        shared = new ClockedPostgresLedger(database);
    }

    @AfterAll
    static void closeConnection() {
        shared.close();
    }

    @Override
    protected ClockedLedger open() {
        shared.forgetAll();
        return shared;
    }

    @Override
    protected void close(ClockedLedger opened) {
        // The connection is shared: a function is planned once per connection.
    }

    @Test
    void namesTheMomentAtWhichTokensReturn() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perMinute(10));
        assertThat(ask("a", 1, 4).granted()).isEqualTo(4);
        settle("a", new LeaseSettlement(1, 4, 0, 0));
        ledger.setClock(NOON.plusSeconds(7));
        assertThat(ask("a", 2, 6).granted()).isEqualTo(6);
        settle("a", new LeaseSettlement(2, 6, 0, 0));

        LeaseGrant denied = exchange("b", new LeaseWant(TENANT, "", 1, 5, 5, LIFE_MS, List.of()));
        Instant free = NOON.plusSeconds(7).plusMillis(denied.retryAfterMs());

        ledger.setClock(free.minusMillis(1));
        assertThat(exchange("b", new LeaseWant(TENANT, "", 2, 5, 5, LIFE_MS, List.of()))
                        .granted())
                .isZero();
        ledger.setClock(free);
        assertThat(exchange("b", new LeaseWant(TENANT, "", 3, 5, 5, LIFE_MS, List.of()))
                        .granted())
                .isEqualTo(5);
    }

    @Test
    void refusesATenantThatAsksTwiceInOneExchange() {
        ledger.setLimits(TENANT, UTC, Limits.perDay(5));
        LeaseWant want = new LeaseWant(TENANT, "", 1, 1, 1, LIFE_MS, List.of());

        assertThatThrownBy(() -> ledger.as("a").exchange(List.of(want, want)))
                .isInstanceOf(LedgerUnavailableException.class)
                .hasStackTraceContaining(TENANT);
    }

    @Test
    void aGatewayMayNotSetTheClock() throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET ROLE " + GatewayDatabase.GATEWAY_ROLE);
            assertThatThrownBy(() -> statement.execute("SELECT tollgate.exchange_leases_at(0, 'a', '{}', '{}', '{}', "
                            + "'{}', '{}', '{}', '{}', '{}')"))
                    .hasMessageContaining("permission denied");
        }
    }
}
