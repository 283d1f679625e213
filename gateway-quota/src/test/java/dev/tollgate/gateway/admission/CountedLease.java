package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/// A lease in the books of [InMemoryQuotaLedger], which never forgets one.
final class CountedLease {

    private static final long SECOND_US = 1_000_000;

    final String gateway;
    final long number;
    final long tokens;
    final long readingUs;
    final int lifeMs;

    /// Whether it can still be settled.
    boolean outstanding = true;

    @Nullable
    LeaseSettlement settlement;

    CountedLease(String gateway, long number, long tokens, long readingUs, int lifeMs) {
        this.gateway = gateway;
        this.number = number;
        this.tokens = tokens;
        this.readingUs = readingUs;
        this.lifeMs = lifeMs;
    }

    long expiryUs() {
        return readingUs + lifeMs * 1_000L;
    }

    long used() {
        return settlement == null
                ? tokens
                : settlement.usedInFirst() + settlement.usedInSecond() + settlement.usedInThird();
    }

    /// Tokens in slots of `slotUs` not older than `oldestSlot`.
    long since(long oldestSlot, long slotUs) {
        LeaseSettlement settled = settlement;
        if (settled == null) {
            return expiryUs() / slotUs >= oldestSlot ? tokens : 0;
        }
        long[] used = {settled.usedInFirst(), settled.usedInSecond(), settled.usedInThird()};
        long sum = 0;
        for (int i = 0; i < used.length; i++) {
            long second = Math.min(readingUs / SECOND_US + i, expiryUs() / SECOND_US);
            sum += second * SECOND_US / slotUs >= oldestSlot ? used[i] : 0;
        }
        return sum;
    }
}
