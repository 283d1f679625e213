package dev.tollgate.bench;

import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.UsageAnswer;
import dev.tollgate.gateway.admission.UsageBooking;
import dev.tollgate.gateway.admission.UsageLedger;
import dev.tollgate.gateway.admission.WindowUsage;
import java.util.List;

/// A ledger that lends more tokens than a benchmark can spend, for longer than it runs.
final class AmpleLedger implements QuotaLedger, UsageLedger {

    private static final long TOKENS = 1L << 40;
    private static final int LIFE_MS = 3_600_000;
    private static final List<WindowUsage> WINDOWS = List.of(
            new WindowUsage(4 * TOKENS, TOKENS, 60_000),
            new WindowUsage(8 * TOKENS, TOKENS, 3_600_000),
            new WindowUsage(16 * TOKENS, TOKENS, 86_400_000),
            new WindowUsage(32 * TOKENS, TOKENS, 2_592_000_000L));

    @Override
    public List<LeaseGrant> exchange(List<LeaseWant> wants) {
        long nowUs = System.currentTimeMillis() * 1_000;
        return wants.stream()
                .map(want -> new LeaseGrant(true, TOKENS, LIFE_MS, nowUs, nowUs, null, 0, 0, WINDOWS))
                .toList();
    }

    @Override
    public int attend() {
        return 1;
    }

    @Override
    public List<UsageAnswer> book(List<UsageBooking> bookings) {
        long nowUs = System.currentTimeMillis() * 1_000;
        return bookings.stream()
                .map(booking -> new UsageAnswer(true, "", 0, 0, nowUs, WINDOWS))
                .toList();
    }
}
