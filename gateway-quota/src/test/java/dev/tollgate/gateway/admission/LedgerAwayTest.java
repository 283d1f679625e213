package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A gate whose ledger hangs, fails, and comes back.
final class LedgerAwayTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    /// The promise is 50 ms; the rest is what a busy machine may add before a thread runs.
    private static final long ANSWER_MS_MAX = 50 + 150;

    /// A ledger that answers, fails, or does not come back.
    private static final class MoodyLedger implements QuotaLedger, UsageLedger {

        private final InMemoryQuotaLedger real = new InMemoryQuotaLedger();
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean hangs;
        private volatile boolean fails;
        private volatile boolean losesAnswers;
        private volatile int exchanges;

        @Override
        public synchronized List<LeaseGrant> exchange(List<LeaseWant> wants) throws LedgerUnavailableException {
            exchanges = exchanges + 1;
            if (hangs) {
                awaitRelease();
            }
            if (hangs || fails) {
                throw new LedgerUnavailableException("in a mood");
            }
            real.setClock(Instant.now());
            List<LeaseGrant> grants = real.as("g").exchange(wants);
            if (losesAnswers) {
                throw new LedgerUnavailableException("the answer is lost");
            }
            return grants;
        }

        @Override
        public int attend() throws LedgerUnavailableException {
            exchange(List.of());
            return 1;
        }

        @Override
        public List<UsageAnswer> book(List<UsageBooking> bookings) throws LedgerUnavailableException {
            exchange(List.of());
            return bookings.stream()
                    .map(booking -> new UsageAnswer(false, "", 0, 0, 0, List.of()))
                    .toList();
        }

        private void awaitRelease() throws LedgerUnavailableException {
            try {
                if (!released.await(1, TimeUnit.MINUTES)) {
                    throw new LedgerUnavailableException("never released");
                }
            } catch (InterruptedException interrupted) {
                throw new LedgerUnavailableException("interrupted", interrupted);
            }
        }
    }

    private final MoodyLedger ledger = new MoodyLedger();
    private final Tenant tenant = Tenants.tenant("acme", Limits.perDay(100));
    private final LeasedQuotaGate gate = new LeasedQuotaGate(
            ledger,
            ledger,
            new LedgerClock(InstantSource.system(), System::nanoTime),
            System::nanoTime,
            new MemoryReserveStore());

    LedgerAwayTest() {
        ledger.real.setLimits("acme", ZoneOffset.UTC, Limits.perDay(100));
        ledger.real.setLimits("watched", ZoneOffset.UTC, Limits.perDay(1));
        gate.start();
    }

    @AfterEach
    void close() {
        ledger.hangs = false;
        ledger.released.countDown();
        gate.close();
    }

    @Test
    void noRequestWaitsForALedgerThatHangs() throws Exception {
        ledger.hangs = true;

        for (int i = 0; i < 20; i++) {
            long sent = System.nanoTime();
            QuotaDecision decision = Requests.ask(gate, tenant, 1);
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
            assertThat(decision).isInstanceOf(QuotaDecision.Unavailable.class);
            assertThat(tookMs).isLessThanOrEqualTo(ANSWER_MS_MAX);
        }
        assertThat(gate.isLedgerAway()).isTrue();
    }

    @Test
    void aFailingLedgerIsLeftAloneAndUsedAgainWhenItAnswers() throws Exception {
        ledger.fails = true;
        Await.until("the breaker is open", SOON, () -> {
            assertThat(Requests.ask(gate, tenant, 1)).isInstanceOf(QuotaDecision.Unavailable.class);
            return gate.isLedgerAway();
        });
        int before = ledger.exchanges;
        for (int i = 0; i < 1_000; i++) {
            assertThat(Requests.ask(gate, tenant, 1)).isInstanceOf(QuotaDecision.Unavailable.class);
        }
        assertThat(ledger.exchanges - before).isLessThan(20);

        ledger.fails = false;

        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Admitted.class);
    }

    /// The ledger grants, and nobody hears of it: the tokens must not stay charged.
    @Test
    void aLeaseWhoseAnswerWasLostIsReturned() throws Exception {
        ledger.losesAnswers = true;
        Await.until("the breaker is open", SOON, () -> {
            assertThat(Requests.ask(gate, tenant, 1)).isInstanceOf(QuotaDecision.Unavailable.class);
            return gate.isLedgerAway();
        });
        ledger.losesAnswers = false;
        assertThat(Requests.askPatiently(gate, tenant, 1))
                .isInstanceOfSatisfying(
                        QuotaDecision.Admitted.class,
                        admitted -> admitted.admission().commit());

        gate.close();

        LeaseWant look = new LeaseWant("acme", "", 1_000_000, 1, 1, 1_000, List.of());
        LeaseGrant next = ledger.exchange(List.of(look)).getFirst();
        assertThat(next.usage(QuotaWindow.DAY).current()).isEqualTo(2);
    }

    @Test
    void anIdleLedgerIsCalledNowAndThenSoThatItStaysWarm() {
        int before = ledger.exchanges;
        Await.until("another exchange", SOON, () -> ledger.exchanges > before);
    }

    @Test
    void heldLeasesAreSpentWhileTheLedgerIsAway() throws Exception {
        QuotaDecision.Admitted admitted = (QuotaDecision.Admitted) Requests.askPatiently(gate, tenant, 5);
        ledger.fails = true;
        admitted.admission().giveBack();

        assertThat(Requests.ask(gate, tenant, 5)).isInstanceOf(QuotaDecision.Admitted.class);
    }

    @Test
    void watchedQuotasLetEverythingPassAndNameWhatIsSpent() throws Exception {
        Tenant watched = Tenants.watched("watched", Limits.perDay(1));

        Await.until("the spent quota is named", SOON, () -> {
            QuotaDecision decision = Requests.ask(gate, watched, 1);
            assertThat(decision).isInstanceOf(QuotaDecision.Admitted.class);
            return decision instanceof QuotaDecision.Admitted passed
                    && passed.admission().watched() != null;
        });

        assertThat(Requests.askPatiently(gate, watched, 1))
                .isInstanceOfSatisfying(QuotaDecision.Admitted.class, passed -> {
                    assertThat(passed.admission().closest().quota()).isEqualTo("requests_per_day");
                    assertThat(passed.admission().closest().remaining()).isZero();
                });
    }

    @Test
    void watchedQuotasStopNothingWhileTheLedgerIsAway() throws Exception {
        ledger.hangs = true;
        Tenant watched = Tenants.watched("watched", Limits.perDay(1));

        for (int i = 0; i < 5; i++) {
            assertThat(Requests.ask(gate, watched, 1)).isInstanceOf(QuotaDecision.Admitted.class);
        }
    }
}
