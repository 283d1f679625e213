package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one [SimulatedGateway] holds of one row of the ledger: leases, a reserve, and uses that it has to book.
final class SimulatedPage {

    private static final int TOKENS_MAX = 12;
    private static final int RESERVE_MAX = 15;

    /// A want that may have to be repeated.
    private record Ask(long number, long sentUs) {}

    /// Tokens usable while the ledger is away.
    private record Reserve(String key, long tokens, long endsUs) {}

    private final String tenantId;
    private final String policy;
    private final UseOracle oracle;
    private final int gateways;
    private final Random random;
    private final List<QuotaLease> held = new ArrayList<>();
    private final Deque<LeaseSettlement> unsettled = new ArrayDeque<>();
    private final List<UseOracle.Use> unbooked = new ArrayList<>();
    private @Nullable Ask ask;
    private @Nullable Reserve reserve;
    private @Nullable UsageBooking pending;
    private long leaseNumber;
    private long bookingNumber;

    /// Tokens that this gateway may use of minute and hour without the ledger: its share of what it last saw left.
    private long share;

    SimulatedPage(String tenantId, String policy, UseOracle oracle, int gateways, Random random) {
        this.tenantId = tenantId;
        this.policy = policy;
        this.oracle = oracle;
        this.gateways = gateways;
        this.random = random;
    }

    String policy() {
        return policy;
    }

    UseOracle oracle() {
        return oracle;
    }

    /// The process dies with all that it holds.
    void crash() {
        held.clear();
        unsettled.clear();
        unbooked.clear();
        ask = null;
        reserve = null;
        pending = null;
        share = 0;
    }

    /// What this gateway could still use by leases.
    long spendable(long nowUs) {
        return held.stream().mapToLong(lease -> lease.spendable(nowUs * 1_000)).sum();
    }

    /// What it could use of its reserve.
    long reserved(long clockUs) {
        return reserve != null && clockUs < reserve.endsUs() ? reserve.tokens() : 0;
    }

    boolean canUse(long nowUs, long clockUs, boolean away) {
        return spendable(nowUs) > 0 || (away && share > 0 && reserved(clockUs) > 0);
    }

    /// Uses one token, which must be there.
    void use(long nowUs, long clockUs) {
        if (held.stream().anyMatch(lease -> lease.spend(1, nowUs * 1_000))) {
            oracle.use(nowUs, clockUs, true);
            return;
        }
        Reserve spent = reserve;
        if (spent == null) {
            throw new IllegalStateException("nothing is left to use");
        }
        reserve = new Reserve(spent.key(), spent.tokens() - 1, spent.endsUs());
        share--;
        unbooked.add(oracle.use(nowUs, clockUs, false));
    }

    /// Whether uses must be booked before the next lease is asked for.
    boolean mustBook() {
        return pending != null || !unbooked.isEmpty();
    }

    /// The booking to send: the one whose answer was lost, or all that there is to book.
    UsageBooking booking() {
        UsageBooking again = pending;
        if (again != null) {
            return again;
        }
        var seconds = new TreeMap<Long, Long>();
        unbooked.forEach(use -> seconds.merge(use.clockSecond(), 1L, Long::sum));
        List<UsageBooking.Use> uses = seconds.entrySet().stream()
                .map(second -> new UsageBooking.Use(second.getKey(), second.getValue()))
                .toList();
        Reserve returned = reserve;
        List<String> keys = returned == null ? List.of() : List.of(returned.key());
        reserve = null;
        UsageBooking booking =
                new UsageBooking(tenantId, policy, ++bookingNumber, uses, keys, random.nextInt(RESERVE_MAX));
        pending = booking;
        return booking;
    }

    /// The ledger has the booking, whether or not its answer arrives.
    void reachedTheLedger() {
        unbooked.forEach(UseOracle.Use::book);
        unbooked.clear();
    }

    /// The booking's answer came.
    void receive(UsageAnswer answer) {
        pending = null;
        reserve = answer.reserveKey().isEmpty()
                ? null
                : new Reserve(answer.reserveKey(), answer.reserveTokens(), answer.reserveEndsMs() * 1_000);
        see(answer.windows());
    }

    /// The want of an exchange that reaches the ledger now; it was sent some time before.
    LeaseWant want(long nowUs) {
        for (QuotaLease lease : List.copyOf(held)) {
            if (!lease.isLive(nowUs * 1_000) || random.nextInt(4) == 0) {
                held.remove(lease);
                unsettled.add(lease.finish());
            }
        }
        Ask sent = ask;
        if (sent == null || random.nextBoolean()) {
            sent = new Ask(++leaseNumber, nowUs - random.nextInt(300_000));
            ask = sent;
        }
        long need = 1L + random.nextInt(3);
        int lifeMs = 1 + random.nextInt(QuotaLedger.LEASE_LIFE_MS_MAX);
        List<LeaseSettlement> settlements =
                unsettled.stream().limit(QuotaLedger.SETTLEMENTS_MAX).toList();
        return new LeaseWant(
                tenantId, policy, sent.number(), need, need + random.nextInt(TOKENS_MAX), lifeMs, settlements);
    }

    /// The exchange's answer came.
    void receive(LeaseWant want, LeaseGrant grant, long nowUs) {
        want.settlements().forEach(unsettled::remove);
        Ask sent = ask;
        ask = null;
        if (grant.granted() > 0 && sent != null) {
            held.add(new QuotaLease(sent.number(), sent.sentUs() * 1_000, nowUs * 1_000, grant));
        }
        see(grant.windows());
    }

    private void see(List<WindowUsage> windows) {
        if (windows.isEmpty()) {
            return;
        }
        share = Math.min(
                windows.get(QuotaWindow.MINUTE.ordinal()).remaining() / gateways,
                windows.get(QuotaWindow.HOUR.ordinal()).remaining() / gateways);
    }
}
