package dev.tollgate.gateway.admission;

import static dev.tollgate.gateway.policy.LedgerFallback.CLOSED;
import static dev.tollgate.gateway.policy.LedgerFallback.FAIR_SHARE;
import static dev.tollgate.gateway.policy.LedgerFallback.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What a page admits while the ledger is away, and what it books afterwards. Nanoseconds and the ledger's clock
/// advance together, in the test's hands.
final class FallbackTest {

    private static final long UNLIMITED = QuotaPolicy.UNLIMITED;
    private static final ZoneId ZONE = ZoneId.of("Asia/Kolkata");
    private static final long NOON_MS = Instant.parse("2026-03-10T06:30:00Z").toEpochMilli();

    private final PageFixture host = new PageFixture();
    private final AtomicLong numbers = new AtomicLong();
    private final TenantLeases page = new TenantLeases("acme", "", host, 0);
    private final List<Admission> admitted = new ArrayList<>();

    FallbackTest() {
        host.epochMs = NOON_MS;
    }

    @Test
    void closedAdmitsNothingBeyondLeases() {
        QuotaPolicy policy = policy(100, UNLIMITED, CLOSED, OPEN);
        seen(policy, 2, 0, 0);

        assertThat(admit(policy, 10)).isEqualTo(2);
        assertThat(page.decideAlone(policy, ZONE, 1, nanos())).isInstanceOf(QuotaDecision.Unavailable.class);
    }

    @Test
    void windowsWithoutALimitBindNothing() {
        QuotaPolicy policy =
                new QuotaPolicy(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, Enforcement.ENFORCE, CLOSED, CLOSED);

        assertThat(admit(policy, 10)).isEqualTo(10);
    }

    @Test
    void openAdmitsEverythingAndBooksItBySecond() {
        QuotaPolicy policy = policy(1, 1, OPEN, OPEN);
        for (int second = 0; second < 400; second++) {
            assertThat(admit(policy, 3)).isEqualTo(3);
            sleep(1_000);
        }
        admitted.forEach(Admission::commit);

        UsageBooking booking = book();

        assertThat(booking.uses()).hasSizeLessThanOrEqualTo(UsageBooking.USES_MAX);
        assertThat(tokens(booking)).isEqualTo(1_200);
        assertThat(booking.uses().getLast().epochSecond()).isEqualTo(NOON_MS / 1_000 + 399);
        assertThat(book()).as("repeated until it is answered").isEqualTo(booking);
        page.account().booked(answer(1_200, 1_200, 0, ""));
        assertThat(page.account().book(numbers::incrementAndGet, nanos())).isNull();
    }

    @Test
    void onlyWhatWasSentIsBooked() {
        QuotaPolicy policy = policy(1, 1, OPEN, OPEN);
        assertThat(admit(policy, 3)).isEqualTo(3);
        admitted.get(0).commit();
        admitted.get(1).giveBack();
        assertThat(tokens(book())).isEqualTo(1);
        page.account().booked(answer(1, 1, 0, ""));

        assertThat(page.account().book(numbers::incrementAndGet, nanos()))
                .as("undecided")
                .isNull();
        admitted.get(2).commit();

        assertThat(tokens(book())).isEqualTo(1);
    }

    @Test
    void usesAreBookedBeforeTheNextLeaseIsAskedFor() {
        QuotaPolicy policy = policy(1, 1, OPEN, OPEN);
        assertThat(admit(policy, 1)).isEqualTo(1);
        admitted.getFirst().commit();
        assertThat(page.await(waiter(policy))).isTrue();

        assertThat(page.prepare(numbers::incrementAndGet, nanos())).isNull();
        UsageBooking booking = book();
        assertThat(page.prepare(numbers::incrementAndGet, nanos())).isNull();
        page.account().booked(answer(1, 1, 0, ""));

        assertThat(booking.uses()).containsExactly(new Use(NOON_MS / 1_000, 1));
        assertThat(page.prepare(numbers::incrementAndGet, nanos())).isNotNull();
    }

    @Test
    void fairShareDividesWhatWasLeftAndThenTheLimit() {
        host.gateways = 3;
        QuotaPolicy policy = policy(100, UNLIMITED, FAIR_SHARE, OPEN);
        seen(policy, 0, 41, 0);

        assertThat(admit(policy, 100)).as("(100 - 41) / 3").isEqualTo(19);
        QuotaDecision denied = page.decideAlone(policy, ZONE, 1, nanos());
        assertThat(denied).isInstanceOfSatisfying(QuotaDecision.Denied.class, each -> {
            assertThat(each.exhausted().quota()).isEqualTo("requests_per_minute");
            assertThat(each.exhausted().remaining()).isZero();
        });
        sleep(((QuotaDecision.Denied) denied).retryAfter().toMillis() - 1);
        assertThat(admit(policy, 1)).isZero();
        sleep(1);

        assertThat(admit(policy, 100)).as("100 / 3").isEqualTo(33);
    }

    @Test
    void noMinuteOfALongOutageHoldsMoreThanTheShare() {
        host.gateways = 3;
        QuotaPolicy policy = policy(100, UNLIMITED, FAIR_SHARE, OPEN);
        seen(policy, 0, 10, 0);
        List<Long> usesMs = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            if (admit(policy, 1) == 1) {
                usesMs.add(host.epochMs);
                admitted.getLast().commit();
            }
            sleep(100 + 37 * (i % 7));
        }

        for (int first = 0; first < usesMs.size(); first++) {
            long from = usesMs.get(first);
            assertThat(usesMs.stream().filter(at -> at >= from && at < from + 60_000))
                    .hasSizeLessThanOrEqualTo(33);
        }
        assertThat(usesMs.size()).as("and it is used").isGreaterThan(33 * 8);
    }

    @Test
    void aDeniedShareNamesTheMomentAtWhichItIsFree() {
        host.gateways = 2;
        QuotaPolicy policy = policy(4, UNLIMITED, FAIR_SHARE, OPEN);
        seen(policy, 0, 0, 0);
        assertThat(admit(policy, 1)).isEqualTo(1);
        sleep(70_000);
        assertThat(admit(policy, 9)).isEqualTo(2);

        for (int i = 0; i < 4; i++) {
            Duration retryAfter = ((QuotaDecision.Denied) page.decideAlone(policy, ZONE, 1, nanos())).retryAfter();
            sleep(retryAfter.toMillis() - 1);
            assertThat(admit(policy, 1)).isZero();
            sleep(1);
            assertThat(admit(policy, 9)).isEqualTo(2);
        }
    }

    @Test
    void fairShareOfTheDayEndsAtMidnightOfTheTenant() {
        host.gateways = 4;
        QuotaPolicy policy = policy(UNLIMITED, 1_000, OPEN, FAIR_SHARE);
        seen(policy, 0, 400, 0);

        assertThat(admit(policy, 1_000)).isEqualTo(150);
        QuotaDecision.Denied denied = (QuotaDecision.Denied) page.decideAlone(policy, ZONE, 1, nanos());
        assertThat(denied.exhausted().resetsAt()).isEqualTo(Instant.parse("2026-03-10T18:30:00Z"));
        sleep(denied.retryAfter().toMillis());

        assertThat(admit(policy, 1_000)).isEqualTo(250);
    }

    @Test
    void aBusyRowHoldsAReserveAndSpendsHalfOfItInAnOutage() {
        QuotaPolicy policy = policy(1_000_000, 100_000, FAIR_SHARE, CLOSED);
        seen(policy, 0, 0, 0);
        assertThat(page.accountIfAny()).as("not busy yet").isNull();
        seen(policy, 0, 0, 0);
        UsageBooking booking = book();
        assertThat(booking.reserve()).isGreaterThanOrEqualTo(Reserve.TOKENS_MIN);
        page.account().booked(answer(0, 41, 41, "k1"));

        assertThat(admit(policy, 100)).isEqualTo(21);
        assertThat(page.decideAlone(policy, ZONE, 1, nanos())).isInstanceOf(QuotaDecision.Unavailable.class);
        admitted.forEach(Admission::commit);

        UsageBooking uses = book();
        assertThat(tokens(uses)).isEqualTo(21);
        page.account().booked(answer(21, 62, 0, ""));
        assertThat(page.account().book(numbers::incrementAndGet, nanos()))
                .as("still listed")
                .isNull();
        page.account().unlisted("k1");
        assertThat(book().returnedReserves()).containsExactly("k1");
    }

    @Test
    void aReserveIsVoidAfterItsDayAndReturnsWhenTheDayIsNearlySpent() {
        QuotaPolicy policy = policy(1_000_000, 2_000, FAIR_SHARE, CLOSED);
        seen(policy, 0, 0, 0);
        seen(policy, 0, 0, 0);
        assertThat(book().reserve()).isBetween(Reserve.TOKENS_MIN, 2_000L / Reserve.SHARE_OF_REMAINING);
        page.account().booked(answer(0, 20, 20, "k1"));

        seen(policy, 0, 2_000 - Reserve.SCARCE_FACTOR * 20, 0);
        assertThat(page.account().isReturning()).isFalse();
        sleep(Duration.ofHours(12).toMillis() - 1);
        assertThat(admit(policy, 1)).isEqualTo(1);
        sleep(1);
        assertThat(admit(policy, 1)).isZero();
        seen(policy, 0, 2_000 - Reserve.SCARCE_FACTOR * 20 + 1, 0);

        assertThat(page.account().isReturning()).isTrue();
    }

    private int admit(QuotaPolicy policy, int requests) {
        int count = 0;
        for (int i = 0; i < requests; i++) {
            if (page.decideAlone(policy, ZONE, 1, nanos()) instanceof QuotaDecision.Admitted(Admission admission)) {
                admitted.add(admission);
                count++;
            }
        }
        return count;
    }

    /// An exchange that granted tokens and said what was used of minute, hour, day and month; the lease ends soon.
    private void seen(QuotaPolicy policy, long granted, long used, long usedOfHour) {
        assertThat(page.await(waiter(policy))).isTrue();
        page.taken();
        LeaseWant want = Objects.requireNonNull(page.prepare(numbers::incrementAndGet, nanos()));
        List<WindowUsage> windows = windows(policy, used, usedOfHour);
        long clockUs = host.epochMs * 1_000;
        LeaseGrant grant = new LeaseGrant(true, granted + 1, 1_000, clockUs, clockUs, null, 0, 0, windows);
        page.apply(grant, nanos()).forEach(each -> each.waiter().deliver(each.decision()));
        assertThat(want.want()).isPositive();
        page.taken();
    }

    private Waiter waiter(QuotaPolicy policy) {
        page.remembers(policy, 1, nanos());
        return new Waiter(page, policy, ZONE, 1, nanos() + WaitingLine.WAIT_NANOS_MAX, Runnable::run, decision -> {
            if (decision instanceof QuotaDecision.Admitted(Admission admission)) {
                admission.commit();
            }
        });
    }

    private List<WindowUsage> windows(QuotaPolicy policy, long used, long usedOfHour) {
        long dayEndsMs = Instant.parse("2026-03-10T18:30:00Z").toEpochMilli();
        return List.of(
                new WindowUsage(policy.requestsPerMinute(), used, 60_000),
                new WindowUsage(policy.requestsPerHour(), usedOfHour, 3_600_000),
                new WindowUsage(policy.requestsPerDay(), used, Math.max(1, dayEndsMs - host.epochMs)),
                new WindowUsage(
                        policy.requestsPerMonth(), used, Duration.ofDays(20).toMillis()));
    }

    private UsageBooking book() {
        return Objects.requireNonNull(page.account().book(numbers::incrementAndGet, nanos()));
    }

    private UsageAnswer answer(long minute, long day, long reserve, String key) {
        long dayEndsMs = Instant.parse("2026-03-10T18:30:00Z").toEpochMilli();
        return new UsageAnswer(
                true,
                key,
                reserve,
                dayEndsMs,
                host.epochMs * 1_000,
                List.of(
                        new WindowUsage(UNLIMITED, minute, 60_000),
                        new WindowUsage(UNLIMITED, minute, 3_600_000),
                        new WindowUsage(UNLIMITED, day, Math.max(1, dayEndsMs - host.epochMs)),
                        new WindowUsage(UNLIMITED, day, Duration.ofDays(20).toMillis())));
    }

    private static long tokens(UsageBooking booking) {
        return booking.uses().stream().mapToLong(Use::tokens).sum();
    }

    private void sleep(long ms) {
        host.epochMs += ms;
    }

    private long nanos() {
        return (host.epochMs - NOON_MS) * 1_000_000;
    }

    private static QuotaPolicy policy(long minute, long day, LedgerFallback sliding, LedgerFallback calendar) {
        return Tenants.policy(new Limits(minute, UNLIMITED, day, UNLIMITED), sliding, calendar);
    }
}
