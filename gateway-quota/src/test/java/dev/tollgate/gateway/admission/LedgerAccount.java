package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row of [InMemoryQuotaLedger]: every lease, booked use and reserve that ever was, counted anew for each call.
final class LedgerAccount {

    private static final long SECOND_US = 1_000_000;
    private static final long GRACE_US = 120 * SECOND_US;
    private static final long SLIDING_MAX = 2_000_000_000;
    private static final int OUTSTANDING_MAX = 64;

    /// Charged to the day and month that began at those moments until it is returned.
    private record Reserve(long tokens, long dayStartUs, long monthStartUs, long endsUs) {}

    private final ZoneId zone;
    private final List<CountedLease> leases = new ArrayList<>();
    private final List<UsageBooking.Use> uses = new ArrayList<>();
    private final Map<String, Reserve> reserves = new HashMap<>();
    private final Map<String, Long> lastNumbers = new HashMap<>();
    private Limits limits;
    private long readingUs;
    private long dayEndUs;
    private long clockUs;

    /// The moment of this call: the clock, but not before the last reading that was kept.
    private long nowUs;

    LedgerAccount(ZoneId zone, Limits limits, long clockUs) {
        this.zone = zone;
        this.limits = limits;
        this.readingUs = clockUs;
    }

    /// Begins a call.
    LedgerAccount at(long callClockUs, Limits inForce) {
        limits = inForce;
        clockUs = callClockUs;
        nowUs = Math.max(readingUs, callClockUs);
        return this;
    }

    LeaseGrant exchange(String gateway, LeaseWant want) {
        boolean changed = settle(gateway, want.settlements()) || nowUs >= dayEndUs;
        LeaseGrant grant = grant(gateway, want);
        if (changed || (grant.granted() > 0 && grant.readingUs() == nowUs)) {
            keepReading();
        }
        return grant;
    }

    UsageAnswer book(String gateway, UsageBooking booking) {
        String key = gateway + ":" + booking.number();
        boolean empty = booking.uses().isEmpty() && booking.returnedReserves().isEmpty() && booking.reserve() == 0;
        if (!empty && booking.number() > lastNumbers.getOrDefault(gateway, 0L)) {
            keepReading();
            lastNumbers.put(gateway, booking.number());
            booking.returnedReserves().forEach(reserves::remove);
            booking.uses().stream()
                    .map(use -> new UsageBooking.Use(Math.min(use.epochSecond(), nowUs / SECOND_US), use.tokens()))
                    .forEach(uses::add);
            long tokens = Math.min(booking.reserve(), Math.min(room(QuotaWindow.DAY), room(QuotaWindow.MONTH)));
            if (tokens > 0) {
                reserves.put(key, new Reserve(tokens, epochUs(day()), epochUs(month()), dayEnd()));
            }
        }
        Reserve reserve = reserves.get(key);
        return reserve == null
                ? new UsageAnswer(true, "", 0, 0, clockUs, windows())
                : new UsageAnswer(true, key, reserve.tokens(), reserve.endsUs() / 1_000, clockUs, windows());
    }

    private LeaseGrant grant(String gateway, LeaseWant want) {
        if (want.want() == 0) {
            return answer(0, 0, nowUs, null);
        }
        for (CountedLease lease : leases) {
            if (lease.outstanding && lease.gateway.equals(gateway) && lease.number == want.leaseNumber()) {
                return answer(lease.tokens, lease.lifeMs, lease.readingUs, null);
            }
        }
        long left = Long.MAX_VALUE;
        QuotaWindow exhausted = QuotaWindow.MINUTE;
        for (QuotaWindow window : QuotaWindow.values()) {
            exhausted = room(window) < want.need() ? window : exhausted;
            left = Math.min(left, room(window));
        }
        long granted = Math.min(Math.max(want.want(), want.need()), left);
        int lifeMs = (int) Math.min(want.lifeMs(), (dayEnd() - nowUs) / 1_000);
        if (granted < Math.max(1, want.need()) || lifeMs <= 0) {
            return answer(0, 0, nowUs, exhausted);
        }
        leases.add(new CountedLease(gateway, want.leaseNumber(), granted, nowUs, lifeMs));
        List<CountedLease> open =
                leases.stream().filter(lease -> lease.outstanding).toList();
        if (open.size() > OUTSTANDING_MAX) {
            open.getFirst().outstanding = false;
        }
        return answer(granted, lifeMs, nowUs, null);
    }

    /// Whether any lease is no longer outstanding.
    private boolean settle(String gateway, List<LeaseSettlement> settlements) {
        boolean changed = false;
        for (CountedLease lease : leases) {
            if (!lease.outstanding) {
                continue;
            }
            for (LeaseSettlement settlement : settlements) {
                if (lease.gateway.equals(gateway) && lease.number == settlement.leaseNumber()) {
                    lease.outstanding = false;
                    lease.settlement = settlement;
                }
            }
            if (lease.expiryUs() + GRACE_US <= nowUs) {
                lease.outstanding = false;
            }
            changed |= !lease.outstanding;
        }
        return changed;
    }

    private void keepReading() {
        readingUs = nowUs;
        dayEndUs = dayEnd();
    }

    private LeaseGrant answer(long granted, int lifeMs, long grantReadingUs, @Nullable QuotaWindow exhausted) {
        return new LeaseGrant(true, granted, lifeMs, grantReadingUs, clockUs, exhausted, 1_000, 1_000, windows());
    }

    private List<WindowUsage> windows() {
        List<WindowUsage> windows = new ArrayList<>();
        for (QuotaWindow window : QuotaWindow.values()) {
            windows.add(new WindowUsage(limits.of(window), count(window), 1_000));
        }
        return windows;
    }

    private long room(QuotaWindow window) {
        long limit = limits.of(window);
        return switch (window) {
            case MINUTE, HOUR -> Math.min(limit, SLIDING_MAX) - count(window);
            case DAY, MONTH -> limit - count(window);
        };
    }

    private long count(QuotaWindow window) {
        return switch (window) {
            case MINUTE -> sliding(nowUs / SECOND_US - 60, SECOND_US);
            case HOUR -> sliding(nowUs / (30 * SECOND_US) - 120, 30 * SECOND_US);
            case DAY -> since(epochUs(day())) + reserved(epochUs(day()), true);
            case MONTH -> since(epochUs(month())) + reserved(epochUs(month()), false);
        };
    }

    private long sliding(long oldestSlot, long slotUs) {
        long leased = leases.stream()
                .mapToLong(lease -> lease.since(oldestSlot, slotUs))
                .sum();
        return leased
                + uses.stream()
                        .filter(use -> use.epochSecond() * SECOND_US / slotUs >= oldestSlot)
                        .mapToLong(UsageBooking.Use::tokens)
                        .sum();
    }

    private long since(long startUs) {
        long leased = leases.stream()
                .filter(lease -> lease.readingUs >= startUs)
                .mapToLong(CountedLease::used)
                .sum();
        return leased
                + uses.stream()
                        .filter(use -> (use.epochSecond() + 1) * SECOND_US > startUs)
                        .mapToLong(UsageBooking.Use::tokens)
                        .sum();
    }

    private long reserved(long startUs, boolean ofDay) {
        return reserves.values().stream()
                .filter(reserve -> (ofDay ? reserve.dayStartUs() : reserve.monthStartUs()) == startUs)
                .mapToLong(Reserve::tokens)
                .sum();
    }

    private ZonedDateTime day() {
        return Instant.ofEpochSecond(nowUs / SECOND_US)
                .atZone(zone)
                .toLocalDate()
                .atStartOfDay(zone);
    }

    private ZonedDateTime month() {
        return day().toLocalDate().withDayOfMonth(1).atStartOfDay(zone);
    }

    private long dayEnd() {
        return epochUs(day().toLocalDate().plusDays(1).atStartOfDay(zone));
    }

    private static long epochUs(ZonedDateTime at) {
        return at.toEpochSecond() * SECOND_US;
    }
}
