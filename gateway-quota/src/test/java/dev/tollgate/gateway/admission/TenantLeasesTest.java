package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// One page of the book, with time and ledger in the test's hands.
final class TenantLeasesTest {

    private static final QuotaPolicy POLICY = Tenants.policy(Limits.perDay(100), Enforcement.ENFORCE);
    private static final long READING_US = 1_700_000_000_900_000L;

    private final List<TenantLeases> queued = new ArrayList<>();
    private final List<QuotaDecision> answers = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final TenantLeases page = new TenantLeases("acme", queued::add, 0);

    @Test
    void asksOnceForManyWaitingRequests() {
        waiting(1, 0);
        waiting(2, 0);

        LeaseWant want = prepare(1);

        assertThat(queued).hasSize(1);
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
        assertThat(queued).hasSize(2);
        assertThat(prepare(3).need()).isEqualTo(2);
    }

    @Test
    void countsALifeFromTheFirstSend() {
        waiting(1, 0);
        long number = prepare(10).leaseNumber();
        deliver(page.fail(false, new QuotaDecision.Unavailable("away", java.time.Duration.ofSeconds(1))));
        assertThat(prepare(50).leaseNumber()).isEqualTo(number);
        deliver(page.apply(grant(5, 1_000), ms(60)));

        assertThat(page.decide(POLICY, 1, ms(1_009))).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(page.decide(POLICY, 1, ms(1_010))).isNull();
    }

    @Test
    void asksUnderANewNumberWhenTheOldOneIsTooOld() {
        waiting(1, 0);
        long number = prepare(0).leaseNumber();
        deliver(page.fail(false, new QuotaDecision.Unavailable("away", java.time.Duration.ofSeconds(1))));

        assertThat(prepare(101).leaseNumber()).isNotEqualTo(number);
    }

    @Test
    void settlesUsedTokensInTheSecondOfTheirUse() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(10, 2_000), ms(5)));
        assertThat(page.decide(POLICY, 2, ms(100))).isNotNull();
        assertThat(page.decide(POLICY, 3, ms(1_099))).isNotNull();
        assertThat(page.decide(POLICY, 1, ms(1_100))).isNotNull();

        LeaseWant settling = prepare(2_000);

        assertThat(settling.want()).isZero();
        assertThat(settling.settlements()).containsExactly(new LeaseSettlement(1, 1, 5, 1));
    }

    @Test
    void sendsASettlementAgainUntilItIsAnswered() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(1, 500), ms(5)));
        LeaseWant first = prepare(500);
        deliver(page.fail(true, new QuotaDecision.Unavailable("away", java.time.Duration.ofSeconds(1))));

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
        Admission admission = ((QuotaDecision.Admitted) answers.getFirst()).admission();
        admission.giveBack();
        admission.giveBack();

        assertThat(page.decide(POLICY, 4, ms(20))).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(page.decide(POLICY, 1, ms(21))).isNull();
    }

    @Test
    void tokensGivenBackTooLateStayUsed() {
        waiting(1, 0);
        prepare(0);
        deliver(page.apply(grant(1, 500), ms(5)));
        assertThat(prepare(500).settlements()).containsExactly(new LeaseSettlement(1, 1, 0, 0));

        ((QuotaDecision.Admitted) answers.getFirst()).admission().giveBack();

        assertThat(prepare(501).settlements()).containsExactly(new LeaseSettlement(1, 1, 0, 0));
    }

    @Test
    void remembersADenialForRequestsThatCostAsMuch() {
        waiting(5, 0);
        prepare(0);
        deliver(page.apply(denial(60_000, 300), ms(5)));

        assertThat(answers.getFirst()).isInstanceOf(QuotaDecision.Denied.class);
        assertThat(page.decide(POLICY, 5, ms(304)))
                .isInstanceOfSatisfying(
                        QuotaDecision.Denied.class,
                        denied -> assertThat(denied.retryAfter()).isEqualTo(java.time.Duration.ofMillis(60_005 - 304)));
        assertThat(page.decide(POLICY, 4, ms(10))).isNull();
        assertThat(page.decide(POLICY, 5, ms(305))).isNull();
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
        return new Waiter(page, cost, ms(atMs) + WaitingLine.WAIT_NANOS_MAX, Runnable::run, answers::add);
    }

    private LeaseWant prepare(long atMs) {
        LeaseWant want = page.prepare(numbers::incrementAndGet, ms(atMs));
        if (want == null) {
            throw new AssertionError("nothing to exchange");
        }
        return want;
    }

    private static void deliver(List<TenantLeases.Answer> answers) {
        answers.forEach(answer -> answer.waiter().deliver(answer.decision()));
    }

    private static LeaseGrant grant(long tokens, int lifeMs) {
        return answer(tokens, lifeMs, null, 0, 0);
    }

    private static LeaseGrant denial(long retryAfterMs, long askAgainMs) {
        return answer(0, 0, QuotaWindow.DAY, retryAfterMs, askAgainMs);
    }

    private static LeaseGrant answer(
            long tokens,
            int lifeMs,
            @org.jspecify.annotations.Nullable QuotaWindow exhausted,
            long retryAfterMs,
            long askAgainMs) {
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

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
