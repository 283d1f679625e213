package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A ledger that keeps every lease it ever granted and counts them anew for each exchange: slow, and plain enough to
/// be believed. It follows the slots of the real one, so that both must grant the same.
public final class InMemoryQuotaLedger implements ClockedLedger {

    private static final long SECOND_US = 1_000_000;
    private static final long GRACE_US = 10 * SECOND_US;
    private static final int OUTSTANDING_MAX = 64;

    private static final class Lease {
        final String gateway;
        final long number;
        final long tokens;
        final long readingUs;
        final int lifeMs;
        boolean outstanding = true;

        @Nullable
        LeaseSettlement settlement;

        Lease(String gateway, long number, long tokens, long readingUs, int lifeMs) {
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

    private static final class Account {
        ZoneId zone = ZoneId.of("UTC");
        Limits limits = new Limits(0, 0, 0, 0);
        final List<Lease> leases = new ArrayList<>();
    }

    private final Map<String, Account> accounts = new HashMap<>();
    private long clockUs;

    @Override
    public void setClock(Instant now) {
        clockUs = now.getEpochSecond() * SECOND_US + now.getNano() / 1_000;
    }

    @Override
    public void setLimits(String tenantId, ZoneId zone, Limits limits) {
        Account account = accounts.computeIfAbsent(tenantId, id -> new Account());
        account.zone = zone;
        account.limits = limits;
    }

    @Override
    public QuotaLedger as(String gateway) {
        return wants -> wants.stream().map(want -> exchange(gateway, want)).toList();
    }

    @Override
    public void close() {
        accounts.clear();
    }

    private LeaseGrant exchange(String gateway, LeaseWant want) {
        Account account = accounts.get(want.tenantId());
        if (account == null) {
            return new LeaseGrant(false, 0, 0, clockUs, clockUs, null, 0, 0, List.of());
        }
        settle(account, gateway, want.settlements());
        if (want.want() == 0) {
            return answer(account, 0, 0, clockUs, null);
        }
        for (Lease lease : account.leases) {
            if (lease.outstanding && lease.gateway.equals(gateway) && lease.number == want.leaseNumber()) {
                return answer(account, lease.tokens, lease.lifeMs, lease.readingUs, null);
            }
        }
        long left = Long.MAX_VALUE;
        QuotaWindow exhausted = QuotaWindow.MINUTE;
        for (QuotaWindow window : QuotaWindow.values()) {
            long room = account.limits.of(window) - count(account, window);
            exhausted = room < want.need() ? window : exhausted;
            left = Math.min(left, room);
        }
        long granted = Math.min(Math.max(want.want(), want.need()), left);
        int lifeMs = (int) Math.min(want.lifeMs(), (windowEndUs(account) - clockUs) / 1_000);
        if (granted < Math.max(1, want.need()) || lifeMs <= 0) {
            return answer(account, 0, 0, clockUs, exhausted);
        }
        account.leases.add(new Lease(gateway, want.leaseNumber(), granted, clockUs, lifeMs));
        account.leases.stream()
                .filter(lease -> lease.outstanding)
                .skip(OUTSTANDING_MAX)
                .findFirst()
                .flatMap(excess -> account.leases.stream()
                        .filter(lease -> lease.outstanding)
                        .findFirst())
                .ifPresent(oldest -> oldest.outstanding = false);
        return answer(account, granted, lifeMs, clockUs, null);
    }

    private void settle(Account account, String gateway, List<LeaseSettlement> settlements) {
        for (Lease lease : account.leases) {
            if (!lease.outstanding) {
                continue;
            }
            for (LeaseSettlement settlement : settlements) {
                if (lease.gateway.equals(gateway) && lease.number == settlement.leaseNumber()) {
                    lease.outstanding = false;
                    lease.settlement = settlement;
                }
            }
            if (lease.outstanding && lease.expiryUs() + GRACE_US <= clockUs) {
                lease.outstanding = false;
            }
        }
    }

    private LeaseGrant answer(
            Account account, long granted, int lifeMs, long readingUs, @Nullable QuotaWindow exhausted) {
        List<WindowUsage> windows = new ArrayList<>();
        for (QuotaWindow window : QuotaWindow.values()) {
            windows.add(new WindowUsage(account.limits.of(window), count(account, window), 1_000));
        }
        return new LeaseGrant(true, granted, lifeMs, readingUs, clockUs, exhausted, 1_000, 1_000, windows);
    }

    private long count(Account account, QuotaWindow window) {
        ZonedDateTime day = local(account).toLocalDate().atStartOfDay(account.zone);
        long sum = 0;
        for (Lease lease : account.leases) {
            sum += switch (window) {
                case MINUTE -> lease.since(clockUs / SECOND_US - 60, SECOND_US);
                case HOUR -> lease.since(clockUs / (30 * SECOND_US) - 120, 30 * SECOND_US);
                case DAY -> lease.readingUs >= epochUs(day) ? lease.used() : 0;
                case MONTH -> lease.readingUs >= epochUs(day.withDayOfMonth(1)) ? lease.used() : 0;
            };
        }
        return sum;
    }

    private long windowEndUs(Account account) {
        return epochUs(local(account).toLocalDate().plusDays(1).atStartOfDay(account.zone));
    }

    private ZonedDateTime local(Account account) {
        return Instant.ofEpochSecond(clockUs / SECOND_US).atZone(account.zone);
    }

    private static long epochUs(ZonedDateTime at) {
        return at.toEpochSecond() * SECOND_US;
    }
}
