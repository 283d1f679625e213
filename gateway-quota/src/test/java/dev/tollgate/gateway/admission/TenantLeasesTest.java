package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One page of the book, with time and ledger in the test's hands.
final class TenantLeasesTest {

    private static final QuotaPolicy POLICY = Tenants.policy(Limits.perDay(100), Enforcement.ENFORCE);
    private static final long READING_US = 1_700_000_000_900_000L;

    private final PageFixture host = new PageFixture();
    private final List<QuotaDecision> answers = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final TenantLeases page = new TenantLeases("acme", "", host, 0);

    @Test
    void asksOnceForManyWaitingRequests() {
        waiting(1, 0);
        waiting(2, 0);

        LeaseWant want = prepare(1);

        assertThat(host.queued).hasSize(1);
        assertThat(want.need()).isEqualTo(1);
        assertThat(want.want()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void servesWaitingRequestsInOrderAndKeepsTheRest() {
        waiting(2, 0);
        waiting(2, 0);
        prepare(0);

        deliver(page.apply(grant(3, 2_000), ms(2)));

        assertThat(answers).hasSize(1);
        assertThat(host.queued).hasSize(2);
        assertThat(prepare(3).need()).isEqualTo(2);
    }

    @Test
    void countsALifeFromTheFirstSend() {
        waiting(1, 0);
        long number = prepare(10).leaseNumber();
        deliver(page.fail(false, 0));
        assertThat(prepare(50).leaseNumber()).isEqualTo(number);
        deliver(page.apply(grant(5, 1_000), ms(60)));

        assertThat(page.decide(POLICY, 1, ms(1_009))).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(page.decide(POLICY, 1, ms(1_010))).isNull();
    }

    @Test
    void asksUnderANewNumberWhenTheOldOneIsTooOld() {
        waiting(1, 0);
        long number = prepare(0).leaseNumber();
        deliver(page.fail(false, 0));

        assertThat(prepare(101).leaseNumber()).isNotEqualTo(number);
    }

    @Test
    void settlesUsedTokensInTheSecondOfTheirUse() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(10, 2_000), ms(5)));
        commitAll();
        commit(page.decide(POLICY, 2, ms(100)));
        commit(page.decide(POLICY, 3, ms(1_099)));
        commit(page.decide(POLICY, 1, ms(1_100)));

        LeaseWant settling = prepare(2_000);

        assertThat(settling.want()).isZero();
        assertThat(settling.settlements()).containsExactly(new LeaseSettlement(1, 1, 5, 1));
    }

    @Test
    void sendsASettlementAgainUntilItIsAnswered() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(1, 500), ms(5)));
        commitAll();
        LeaseWant first = prepare(500);
        deliver(page.fail(true, ms(500)));

        LeaseWant second = prepare(600);
        deliver(page.apply(grant(0, 0), ms(601)));

        assertThat(second.settlements()).isEqualTo(first.settlements()).hasSize(1);
        assertThat(page.prepare(numbers::incrementAndGet, ms(700))).isNull();
    }

    @Test
    void givesTokensBackToALeaseThatIsOpen() {
        waiting(4, 0);
        prepare(0);
        deliver(page.apply(grant(4, 500), ms(5)));
        Admission admission = admitted(answers.getFirst());
        admission.giveBack();
        admission.giveBack();

        assertThat(page.decide(POLICY, 4, ms(20))).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(page.decide(POLICY, 1, ms(21))).isNull();
    }

    @Test
    void aLeaseThatEndedWaitsForRequestsThatAreUndecided() {
        waiting(3, 0);
        prepare(0);
        deliver(page.apply(grant(12, 500), ms(5)));
        Admission second = admitted(page.decide(POLICY, 1, ms(499)));

        page.taken();
        assertThat(page.prepare(numbers::incrementAndGet, ms(500))).isNull();
        assertThat(host.alarms).containsExactly(ms(500) + HeldLeases.PIN_NANOS_MAX);
        host.queued.clear();
        admitted(answers.getFirst()).commit();
        assertThat(host.queued).isEmpty();
        second.giveBack();

        assertThat(host.queued).containsExactly(page);
        assertThat(prepare(3_000).settlements()).containsExactly(new LeaseSettlement(1, 3, 0, 0));
    }

    @Test
    void tokensGivenBackTooLateStayUsed() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(1, 500), ms(5)));
        long pinnedMs = TimeUnit.NANOSECONDS.toMillis(HeldLeases.PIN_NANOS_MAX);
        page.taken();
        assertThat(page.prepare(numbers::incrementAndGet, ms(499 + pinnedMs))).isNull();
        assertThat(prepare(500 + pinnedMs).settlements()).containsExactly(new LeaseSettlement(1, 1, 0, 0));

        admitted(answers.getFirst()).giveBack();

        assertThat(prepare(501 + pinnedMs).settlements()).containsExactly(new LeaseSettlement(1, 1, 0, 0));
    }

    @Test
    void remembersADenialForRequestsThatCostAsMuch() {
        waiting(5, 0);
        prepare(0);
        deliver(page.apply(denial(60_000, 300), ms(5)));

        assertThat(answers.getFirst()).isInstanceOf(QuotaDecision.Denied.class);
        QuotaDecision denied = page.decide(POLICY, 5, ms(304));
        assertThat(denied)
                .isInstanceOfSatisfying(
                        QuotaDecision.Denied.class,
                        each -> assertThat(each.retryAfter()).isEqualTo(Duration.ofSeconds(60)));
        assertThat(page.decide(POLICY, 5, ms(200)))
                .as("as long as the seconds are the same")
                .isSameAs(denied);
        assertThat(page.decide(POLICY, 4, ms(10))).as("may find tokens").isNull();
        assertThat(page.decide(POLICY, 6, ms(10))).as("must wait longer").isNull();
        assertThat(page.decide(POLICY, 5, ms(305)))
                .as("it is time to ask again")
                .isNull();
    }

    @Test
    void whoWaitsOutTheWholeSecondsOfRetryAfterFindsTheLedgerAsked() {
        for (long retryAfterMs : new long[] {1, 999, 1_000, 1_001, 59_999}) {
            TenantLeases fresh = new TenantLeases("acme", "search", host, 0);
            assertThat(fresh.decide(POLICY, 1, 0)).isNull();
            fresh.await(new Waiter(fresh, POLICY, ZoneOffset.UTC, 1, 0, Runnable::run, this::take));
            fresh.taken();
            assertThat(fresh.prepare(numbers::incrementAndGet, 0)).isNotNull();
            deliver(fresh.apply(answer(0, 0, QuotaWindow.MINUTE, retryAfterMs, retryAfterMs), ms(5)));

            QuotaDecision.Denied denied = (QuotaDecision.Denied) answers.getLast();

            assertThat(denied.retryAfter().toMillisPart())
                    .as("a header has whole seconds")
                    .isZero();
            assertThat(denied.retryAfter()).isGreaterThanOrEqualTo(Duration.ofMillis(retryAfterMs));
            assertThat(denied.exhausted().quota()).isEqualTo("search.requests_per_minute");
            assertThat(fresh.decide(POLICY, 1, ms(5) + denied.retryAfter().toNanos()))
                    .isNull();
        }
    }

    @Test
    void aChangedPolicyEndsTheMemoryOfADenialAtOnce() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(denial(60_000, 60_000), ms(5)));
        assertThat(page.decide(POLICY, 1, ms(6))).isInstanceOf(QuotaDecision.Denied.class);

        assertThat(page.decide(Tenants.policy(Limits.perDay(101), Enforcement.ENFORCE), 1, ms(7)))
                .isNull();
    }

    @Test
    void aPageInUseIsNotRetired() {
        waiting(1, 0);
        assertThat(page.retire(TimeUnit.HOURS.toNanos(1))).isFalse();
        prepare(0);
        assertThat(page.retire(TimeUnit.HOURS.toNanos(1))).isFalse();
        deliver(page.apply(denial(1_000, 1_000), ms(5)));

        assertThat(page.retire(TimeUnit.HOURS.toNanos(1))).isTrue();
        assertThat(page.await(waiter(1, 0))).isFalse();
    }

    private void waiting(long cost, long atMs) {
        assertThat(page.decide(POLICY, cost, ms(atMs))).isNull();
        assertThat(page.await(waiter(cost, atMs))).isTrue();
    }

    private Waiter waiter(long cost, long atMs) {
        return new Waiter(
                page, POLICY, ZoneOffset.UTC, cost, ms(atMs) + WaitingLine.WAIT_NANOS_MAX, Runnable::run, this::take);
    }

    /// Requests are sent at once, unless the test gives them back itself.
    private void take(QuotaDecision decision) {
        answers.add(decision);
    }

    private void commitAll() {
        answers.forEach(TenantLeasesTest::commit);
    }

    private static void commit(@Nullable QuotaDecision decision) {
        if (decision instanceof QuotaDecision.Admitted(Admission admission)) {
            admission.commit();
        }
    }

    private LeaseWant prepare(long atMs) {
        page.taken();
        LeaseWant want = page.prepare(numbers::incrementAndGet, ms(atMs));
        if (want == null) {
            throw new AssertionError("nothing to exchange");
        }
        return want;
    }

    private static void deliver(List<PageLine.Answer> answers) {
        answers.forEach(answer -> answer.waiter().deliver(answer.decision()));
    }

    private static LeaseGrant grant(long tokens, int lifeMs) {
        return answer(tokens, lifeMs, null, 0, 0);
    }

    private static LeaseGrant denial(long retryAfterMs, long askAgainMs) {
        return answer(0, 0, QuotaWindow.DAY, retryAfterMs, askAgainMs);
    }

    private static LeaseGrant answer(
            long tokens, int lifeMs, @Nullable QuotaWindow exhausted, long retryAfterMs, long askAgainMs) {
        WindowUsage usage = new WindowUsage(100, 10, 60_000);
        return new LeaseGrant(
                true,
                tokens,
                lifeMs,
                READING_US,
                READING_US,
                exhausted,
                retryAfterMs,
                askAgainMs,
                List.of(usage, usage, usage, usage));
    }

    private static Admission admitted(@Nullable QuotaDecision decision) {
        return ((QuotaDecision.Admitted) Objects.requireNonNull(decision)).admission();
    }

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
