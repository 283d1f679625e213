package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.LedgerSaturation;
import dev.tollgate.gateway.admission.LedgerScenario;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import java.sql.SQLException;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Random gateways against the real functions: no window of any alignment ever holds more uses than the limit, the
/// functions grant, reserve and count what the plain fake does, and next to nothing of a limit is lost. The same
/// histories find bugs planted in copies of the functions.
final class LedgerExactnessTest {

    /// Histories within which a planted bug must show.
    private static final int SEEDS_MAX = 40;

    /// Of a limit, on the average of a minute. A token that is used again as soon as the ledger can know that it has
    /// left the minute comes back every 61 s: 60 / 61.
    private static final double USABLE_MIN = 0.98;

    private static final int WARM_UP_SECONDS = 61;
    private static final int SECONDS = 122;

    @SuppressWarnings("NullAway.Init") // set before the container's tests
    private static GatewayDatabase database;

    @SuppressWarnings("NullAway.Init") // set before the container's tests
    private static ClockedPostgresLedger ledger;

    @BeforeContainer
    static void connect() throws SQLException {
        database = GatewayDatabase.create();
        ledger = new ClockedPostgresLedger(database);
    }

    @AfterContainer
    static void disconnect() {
        ledger.close();
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void neverAdmitsMoreThanTheLimit(@ForAll long seed) throws Exception {
        ledger.forgetAll();
        LedgerScenario scenario = new LedgerScenario(seed, ledger, true);

        scenario.run();

        assertThat(scenario.uses()).as("uses in all").isPositive();
    }

    @Example
    void letsTheWholeLimitBeUsed() throws Exception {
        ledger.forgetAll();
        LedgerSaturation saturation = new LedgerSaturation(ledger, List.of(10L, 100L, 1_000L, 10_000L));
        saturation.run(WARM_UP_SECONDS);

        assertThat(saturation.run(SECONDS))
                .hasSize(4)
                .allSatisfy((tenant, share) -> assertThat(share).isBetween(USABLE_MIN, 1.0));
    }

    @Example
    void findsALeaseChargedAtItsGrant() throws Exception {
        try (ClockedPostgresLedger wrong = new ClockedPostgresLedger(
                database,
                planted(
                        ClockedPostgresLedger.EXCHANGE,
                        "charged_at_grant",
                        "(v_now + life_ms * 1000::bigint) / k_second_us",
                        "v_slot"),
                ClockedPostgresLedger.BOOK)) {
            assertThat(isFound(wrong, false, "in the MINUTE of", "in any MINUTE of"))
                    .isTrue();
        }
    }

    @Example
    void findsAMinuteOfSixtySlots() throws Exception {
        try (ClockedPostgresLedger wrong = new ClockedPostgresLedger(
                database,
                planted(
                        ClockedPostgresLedger.EXCHANGE,
                        "sixty_slots",
                        "v_slot - 60",
                        "v_slot - 59",
                        "v_slot - 61",
                        "v_slot - 60"),
                ClockedPostgresLedger.BOOK)) {
            assertThat(isFound(wrong, false, "in the MINUTE of", "in any MINUTE of"))
                    .isTrue();
        }
    }

    @Example
    void findsAReserveThatReturnsToAnotherDay() throws Exception {
        try (ClockedPostgresLedger wrong = new ClockedPostgresLedger(
                database,
                ClockedPostgresLedger.EXCHANGE,
                planted(
                        ClockedPostgresLedger.BOOK,
                        "returned_to_another_day",
                        "v_returned.day_start_us = r.day_start_us",
                        "r.day_count >= v_returned.tokens"))) {
            assertThat(isFound(wrong, true, "booked, the DAY")).isTrue();
        }
    }

    @Example
    void findsARepeatedBookingThatCountsTwice() throws Exception {
        try (ClockedPostgresLedger wrong = new ClockedPostgresLedger(
                database,
                ClockedPostgresLedger.EXCHANGE,
                planted(
                        ClockedPostgresLedger.BOOK,
                        "counted_twice",
                        "r.last_number >= r.number",
                        "r.last_number >= r.number AND r.reserve > 0"))) {
            assertThat(isFound(wrong, true, "booked, the ")).isTrue();
        }
    }

    /// Makes a copy of a function with these texts replaced; its name.
    private static String planted(String function, String name, String... replacements) throws SQLException {
        String planted = "tollgate." + name;
        String changed = database.text("SELECT pg_get_functiondef('" + function + "'::regproc)")
                .replace(function, planted);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(changed).contains(replacements[i]);
            changed = changed.replace(replacements[i], replacements[i + 1]);
        }
        database.execute(changed);
        return planted;
    }

    /// Whether such a promise breaks in some history.
    private static boolean isFound(ClockedPostgresLedger wrong, boolean comparesWithFake, String... promises) {
        for (int seed = 0; seed < SEEDS_MAX; seed++) {
            wrong.forgetAll();
            if (breaks(new LedgerScenario(seed, wrong, comparesWithFake), promises)) {
                return true;
            }
        }
        return false;
    }

    private static boolean breaks(LedgerScenario scenario, String... promises) {
        try {
            scenario.run();
            return false;
        } catch (LedgerUnavailableException failed) {
            throw new IllegalStateException(failed);
        } catch (AssertionError broken) {
            String broke = String.valueOf(broken.getMessage());
            return List.of(promises).stream().anyMatch(broke::contains);
        }
    }
}
