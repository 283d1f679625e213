package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.LedgerScenario;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import java.sql.SQLException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Random gateways against the real function: no window of any alignment ever holds more uses than the limit, and
/// the function grants what the plain fake grants. The same histories find bugs planted in copies of the function.
final class LedgerExactnessTest {

    private static final String FUNCTION = "tollgate.exchange_leases_at";

    /// Histories within which a planted bug must show.
    private static final int SEEDS_MAX = 40;

    @SuppressWarnings("NullAway.Init") // set before the container's tests
    private static GatewayDatabase database;

    @SuppressWarnings("NullAway.Init") // set before the container's tests
    private static ClockedPostgresLedger ledger;

    @BeforeContainer
    static void connect() throws SQLException {
        database = GatewayDatabase.create();
        ledger = new ClockedPostgresLedger(database, FUNCTION);
    }

    @AfterContainer
    static void disconnect() {
        ledger.close();
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void neverAdmitsMoreThanTheLimit(@ForAll long seed) throws Exception {
        ledger.forgetAll();
        LedgerScenario scenario = new LedgerScenario(seed, ledger, true);

        scenario.run();

        assertThat(scenario.uses()).as("uses in all").isPositive();
    }

    @Example
    void findsALeaseChargedAtItsGrant() throws Exception {
        assertThat(isFound("charged_at_grant", "(v_now + life_ms * 1000::bigint) / k_second_us", "v_slot"))
                .isTrue();
    }

    @Example
    void findsAMinuteOfSixtySlots() throws Exception {
        assertThat(isFound("sixty_slots", "v_slot - 60", "v_slot - 59", "v_slot - 61", "v_slot - 60"))
                .isTrue();
    }

    /// Whether a copy of the function with these texts replaced breaks a promise in some history.
    private static boolean isFound(String name, String... replacements) throws SQLException {
        String planted = "tollgate." + name;
        String source = database.text("SELECT pg_get_functiondef('" + FUNCTION + "'::regproc)");
        String changed = source.replace(FUNCTION, planted);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(changed).contains(replacements[i]);
            changed = changed.replace(replacements[i], replacements[i + 1]);
        }
        database.execute(changed);
        try (ClockedPostgresLedger wrong = new ClockedPostgresLedger(database, planted)) {
            for (int seed = 0; seed < SEEDS_MAX; seed++) {
                wrong.forgetAll();
                if (breaksAPromise(new LedgerScenario(seed, wrong, false))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean breaksAPromise(LedgerScenario scenario) {
        try {
            scenario.run();
            return false;
        } catch (LedgerUnavailableException failed) {
            throw new IllegalStateException(failed);
        } catch (AssertionError broken) {
            String broke = String.valueOf(broken.getMessage());
            return broke.contains("used and open in the MINUTE") || broke.contains("uses in any MINUTE");
        }
    }
}
