package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Three gateways that never crash or lose an answer, and tenants with limits by the minute that all ask for many times
/// as much, evenly over the gateways.
public final class LedgerSaturation {

    private static final Instant START = Instant.parse("2026-03-10T12:00:00.300Z");
    private static final long TICK_NANOS = 5_000_000;
    private static final int TICKS_PER_SECOND = 200;
    private static final int GATEWAYS = 3;
    private static final int OVERLOAD = 5;

    /// What a tenant with a low limit asks for all the same, in all.
    private static final int REQUESTS_PER_SECOND_MIN = 60;

    private final ClockedLedger ledger;
    private final Map<String, Long> limits = new TreeMap<>();
    private final List<Map<String, SaturatedPage>> gateways = new ArrayList<>();
    private final long startNanos = START.toEpochMilli() * 1_000_000;
    private long tick;

    public LedgerSaturation(ClockedLedger ledger, List<Long> limitsPerMinute) {
        this.ledger = ledger;
        for (long limit : limitsPerMinute) {
            limits.put("tenant-" + limit, limit);
        }
        limits.forEach((tenant, limit) -> ledger.setLimits(tenant, ZoneId.of("UTC"), Limits.perMinute(limit)));
        for (int i = 0; i < GATEWAYS; i++) {
            Map<String, SaturatedPage> pages = new TreeMap<>();
            limits.keySet().forEach(tenant -> pages.put(tenant, new SaturatedPage(tenant, startNanos)));
            gateways.add(pages);
        }
    }

    /// Lets so many seconds pass. Returns how much of each tenant's limit was used, on the average of a minute.
    public Map<String, Double> run(int seconds) throws LedgerUnavailableException {
        Map<String, Long> used = new TreeMap<>();
        for (int i = 0; i < seconds * TICKS_PER_SECOND; i++) {
            tick();
        }
        for (Map<String, SaturatedPage> pages : gateways) {
            pages.forEach((tenant, page) -> used.merge(tenant, (long) page.takeUsed(), Long::sum));
        }
        Map<String, Double> shares = new TreeMap<>();
        limits.forEach((tenant, limit) -> shares.put(tenant, used.getOrDefault(tenant, 0L) * 60.0 / seconds / limit));
        return shares;
    }

    private void tick() throws LedgerUnavailableException {
        tick++;
        long nowNanos = startNanos + tick * TICK_NANOS;
        ledger.setClock(Instant.ofEpochSecond(0, nowNanos));
        for (int i = 0; i < GATEWAYS; i++) {
            // Each tick another gateway is the first.
            int at = (int) ((i + tick) % GATEWAYS);
            Map<String, SaturatedPage> pages = gateways.get(at);
            pages.forEach((tenant, page) -> {
                for (long n = requests(tenant, at); n > 0; n--) {
                    page.request(nowNanos);
                }
            });
            exchange("g" + at, pages, nowNanos);
        }
    }

    /// Requests of this tick, spread evenly over ticks and gateways.
    private long requests(String tenant, int gateway) {
        long perMinute = Math.max(OVERLOAD * limits.getOrDefault(tenant, 0L), REQUESTS_PER_SECOND_MIN * 60L);
        long slot = tick * GATEWAYS + gateway;
        long slotsPerMinute = 60L * TICKS_PER_SECOND * GATEWAYS;
        return (slot + 1) * perMinute / slotsPerMinute - slot * perMinute / slotsPerMinute;
    }

    private void exchange(String gateway, Map<String, SaturatedPage> pages, long nowNanos)
            throws LedgerUnavailableException {
        List<SaturatedPage> asking = new ArrayList<>();
        List<LeaseWant> wants = new ArrayList<>();
        for (SaturatedPage page : pages.values()) {
            LeaseWant want = page.prepare(nowNanos);
            if (want != null) {
                asking.add(page);
                wants.add(want);
            }
        }
        if (wants.isEmpty()) {
            return;
        }
        List<LeaseGrant> grants = ledger.as(gateway).exchange(wants);
        for (int i = 0; i < wants.size(); i++) {
            asking.get(i).apply(wants.get(i), grants.get(i), nowNanos);
        }
    }
}
