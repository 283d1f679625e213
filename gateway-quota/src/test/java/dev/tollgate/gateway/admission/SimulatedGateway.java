package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A gateway that uses its leases at random moments up to their end, loses answers, repeats wants, settles late, and
/// crashes. It keeps the rule that a life counts from the first send.
final class SimulatedGateway {

    private static final int TOKENS_MAX = 12;

    /// A want that may have to be repeated.
    private record Ask(long number, long sentUs) {}

    private final String tenantId;
    private final Random random;
    private final List<QuotaLease> held = new ArrayList<>();
    private final Deque<LeaseSettlement> unsettled = new ArrayDeque<>();
    private @Nullable Ask ask;
    private String name;
    private long leaseNumber;
    private int crashes;

    SimulatedGateway(String tenantId, String name, Random random) {
        this.tenantId = tenantId;
        this.name = name;
        this.random = random;
    }

    String name() {
        return name;
    }

    /// The process dies with all its leases; another takes its place.
    void crash() {
        held.clear();
        unsettled.clear();
        ask = null;
        name = name + "." + ++crashes;
    }

    /// Uses up to `wanted` tokens now.
    int use(int wanted, long nowUs) {
        int used = 0;
        while (used < wanted && held.stream().anyMatch(lease -> lease.spend(1, nowUs * 1_000))) {
            used++;
        }
        return used;
    }

    /// What this gateway could still use.
    long spendable(long nowUs) {
        return held.stream().mapToLong(lease -> lease.spendable(nowUs * 1_000)).sum();
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
        return new LeaseWant(tenantId, "", sent.number(), need, need + random.nextInt(TOKENS_MAX), lifeMs, settlements);
    }

    /// The answer came.
    void receive(LeaseWant want, LeaseGrant grant, long nowUs) {
        want.settlements().forEach(unsettled::remove);
        Ask sent = ask;
        ask = null;
        if (grant.granted() > 0 && sent != null) {
            held.add(new QuotaLease(sent.number(), sent.sentUs() * 1_000, nowUs * 1_000, grant));
        }
    }
}
