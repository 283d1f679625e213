package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One random history of three gateways, one tenant with a route policy, and one ledger, checked at every grant and at
/// its end.
///
/// Day and month are exact, whatever happens. Minute and hour are exact for all that the ledger was told: what gateways
/// used of their shares while it was away counts from its booking on. Until then a window can hold that much more, and
/// for good when the gateway dies before it books.
public final class LedgerScenario {

    private static final int STEPS = 500;
    private static final int GATEWAYS = 3;
    private static final int AWAY_US_MAX = 25_000_000;
    private static final int STEP_BACK_US_MAX = 1_500_000;
    private static final String TENANT = "acme";
    private static final String ROUTE = "search";
    private static final List<String> ZONES =
            List.of("UTC", "Asia/Kolkata", "America/New_York", "Europe/Berlin", "Pacific/Auckland");

    /// Moments close to an edge of some window: midnights, months, clock changes.
    private static final List<Instant> STARTS = List.of(
            Instant.parse("2026-03-31T23:59:50Z"),
            Instant.parse("2026-06-30T18:29:30Z"),
            Instant.parse("2026-11-01T05:59:40Z"),
            Instant.parse("2026-10-25T00:59:50Z"),
            Instant.parse("2026-10-24T21:59:50Z"),
            Instant.parse("2026-09-26T13:59:45Z"));

    private final Random random;
    private final ClockedLedger ledger;
    private final boolean comparesWithFake;
    private final InMemoryQuotaLedger fake = new InMemoryQuotaLedger();
    private final ZoneId zone;
    private final Map<String, UseOracle> oracles = new HashMap<>();
    private final Map<String, Limits> limits = new HashMap<>();
    private final Map<String, Limits> highest = new HashMap<>();
    private final List<SimulatedGateway> gateways;
    private final Set<String> leases = new HashSet<>();
    private long nowUs;
    private long awayUntilUs;

    /// How far the ledger's clock has gone back in all.
    private long behindUs;

    /// @param comparesWithFake whether every grant must also be the fake's
    public LedgerScenario(long seed, ClockedLedger ledger, boolean comparesWithFake) {
        this.comparesWithFake = comparesWithFake;
        this.random = new Random(seed);
        this.ledger = ledger;
        this.zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        oracles.put("", new UseOracle(zone));
        oracles.put(ROUTE, new UseOracle(zone));
        this.gateways = IntStream.range(0, GATEWAYS)
                .mapToObj(i -> new SimulatedGateway("g" + i, page(""), page(ROUTE)))
                .toList();
        Instant start = STARTS.get(random.nextInt(STARTS.size()));
        this.nowUs = start.getEpochSecond() * 1_000_000 + random.nextInt(1_000_000);
    }

    private SimulatedPage page(String policy) {
        return new SimulatedPage(TENANT, policy, oracle(policy), GATEWAYS, random);
    }

    /// Plays the history; throws when a promise is broken.
    public void run() throws LedgerUnavailableException {
        changeTenantLimits();
        changeRouteLimits();
        for (int step = 0; step < STEPS; step++) {
            nowUs += pauseUs();
            SimulatedGateway gateway = gateways.get(random.nextInt(gateways.size()));
            act(gateway, random.nextInt(100));
        }
        oracles.forEach(this::checkTheEnd);
    }

    /// Tokens used in all.
    public int uses() {
        return oracles.values().stream().mapToInt(UseOracle::size).sum();
    }

    private void act(SimulatedGateway gateway, int action) throws LedgerUnavailableException {
        boolean away = nowUs < awayUntilUs;
        if (action < 50) {
            gateway.use(1 + random.nextInt(6), random.nextBoolean(), nowUs, clockUs(), away);
        } else if (action < 86) {
            if (!away) {
                exchange(gateway);
            }
        } else if (action < 92) {
            if (!away) {
                book(gateway, gateway.pages().get(random.nextInt(2)));
            }
        } else if (action < 94) {
            awayUntilUs = Math.max(awayUntilUs, nowUs + random.nextInt(AWAY_US_MAX));
        } else if (action < 96) {
            stepBack(random.nextInt(STEP_BACK_US_MAX));
        } else if (action < 98) {
            gateway.crash();
        } else if (action < 99) {
            changeTenantLimits();
        } else {
            changeRouteLimits();
        }
    }

    private void exchange(SimulatedGateway gateway) throws LedgerUnavailableException {
        List<SimulatedPage> pages = new ArrayList<>();
        for (SimulatedPage page : gateway.pages()) {
            if (random.nextInt(4) > 0 && (!page.mustBook() || book(gateway, page))) {
                pages.add(page);
            }
        }
        List<LeaseWant> wants = pages.stream().map(page -> page.want(nowUs)).toList();
        setClocks();
        List<LeaseGrant> grants = ledger.as(gateway.name()).exchange(wants);
        List<LeaseGrant> expected = fake.as(gateway.name()).exchange(wants);
        boolean arrives = random.nextInt(10) > 0;
        for (int i = 0; i < wants.size(); i++) {
            LeaseGrant grant = grants.get(i);
            if (comparesWithFake) {
                assertThat(grant.granted())
                        .as("granted at %d", nowUs)
                        .isEqualTo(expected.get(i).granted());
                compare("exchanged", grant.windows(), expected.get(i).windows());
            }
            if (arrives) {
                pages.get(i).receive(wants.get(i), grant, nowUs);
            }
        }
        for (int i = 0; i < wants.size(); i++) {
            String lease = gateway.name() + wants.get(i).policy() + wants.get(i).leaseNumber();
            if (grants.get(i).granted() > 0 && leases.add(lease)) {
                checkNow(pages.get(i).policy());
            }
        }
    }

    /// Whether the answer came.
    private boolean book(SimulatedGateway gateway, SimulatedPage page) throws LedgerUnavailableException {
        UsageBooking booking = page.booking();
        setClocks();
        UsageAnswer answer =
                ledger.usageAs(gateway.name()).book(List.of(booking)).getFirst();
        UsageAnswer expected =
                fake.usageAs(gateway.name()).book(List.of(booking)).getFirst();
        page.reachedTheLedger();
        if (comparesWithFake) {
            assertThat(answer.reserveTokens()).as("reserved at %d", nowUs).isEqualTo(expected.reserveTokens());
            compare("booked", answer.windows(), expected.windows());
        }
        boolean arrives = random.nextInt(4) > 0;
        if (arrives) {
            page.receive(answer);
        }
        return arrives;
    }

    private void compare(String what, List<WindowUsage> windows, List<WindowUsage> expected) {
        for (QuotaWindow window : QuotaWindow.values()) {
            assertThat(windows.get(window.ordinal()).current())
                    .as("%s, the %s at %d", what, window, nowUs)
                    .isEqualTo(expected.get(window.ordinal()).current());
        }
    }

    /// What is used and what can still be used fits the limits in force at the moment of a grant.
    private void checkNow(String policy) {
        long open = pages(policy).mapToLong(page -> page.spendable(nowUs)).sum();
        long reserved =
                pages(policy).mapToLong(page -> page.reserved(clockUs())).sum();
        for (QuotaWindow window : QuotaWindow.values()) {
            boolean calendar = window == QuotaWindow.DAY || window == QuotaWindow.MONTH;
            long used = oracle(policy).countAt(window, nowUs, clockUs(), use -> calendar || use.isKnown());
            assertThat(used + open + (calendar ? reserved : 0))
                    .as("used and open in the %s of '%s' at %d", window, policy, nowUs)
                    .isLessThanOrEqualTo(limits(policy).of(window));
        }
    }

    private void checkTheEnd(String policy, UseOracle oracle) {
        for (QuotaWindow window : QuotaWindow.values()) {
            boolean calendar = window == QuotaWindow.DAY || window == QuotaWindow.MONTH;
            assertThat(oracle.most(window, use -> calendar || use.isLeased()))
                    .as("uses in any %s of '%s'", window, policy)
                    .isLessThanOrEqualTo(
                            highest.getOrDefault(policy, limits(policy)).of(window));
        }
    }

    private void changeTenantLimits() {
        Limits changed = new Limits(
                5 + random.nextInt(40), 40 + random.nextInt(200), 100 + random.nextInt(300), 150 + random.nextInt(400));
        ledger.setLimits(TENANT, zone, changed);
        fake.setLimits(TENANT, zone, changed);
        remember("", changed);
    }

    /// Some policies have no limit by the minute. The tenant's own one, once there is one, stays.
    private void changeRouteLimits() {
        long minute = random.nextInt(4) == 0 ? QuotaPolicy.UNLIMITED : 3 + random.nextInt(20);
        Limits changed =
                new Limits(minute, 20 + random.nextInt(100), 40 + random.nextInt(100), 60 + random.nextInt(200));
        String whose = limits.containsKey(ROUTE) ? TENANT : "";
        ledger.setRoutePolicy(whose, ROUTE, changed);
        fake.setRoutePolicy(whose, ROUTE, changed);
        remember(ROUTE, changed);
    }

    private void remember(String policy, Limits changed) {
        limits.put(policy, changed);
        highest.merge(policy, changed, Limits::atLeast);
    }

    private void setClocks() {
        Instant clock = Instant.ofEpochSecond(clockUs() / 1_000_000, clockUs() % 1_000_000 * 1_000);
        ledger.setClock(clock);
        fake.setClock(clock);
    }

    private long clockUs() {
        return nowUs - behindUs;
    }

    /// The ledger's clock goes back, but not into another day: a repeated midnight has no one answer.
    private void stepBack(long stepUs) {
        UseOracle oracle = oracle("");
        if (oracle.day(clockUs() - stepUs).equals(oracle.day(clockUs()))) {
            behindUs += stepUs;
        }
    }

    private Stream<SimulatedPage> pages(String policy) {
        return gateways.stream()
                .flatMap(gateway -> gateway.pages().stream())
                .filter(page -> page.policy().equals(policy));
    }

    private UseOracle oracle(String policy) {
        return oracles.computeIfAbsent(policy, fresh -> new UseOracle(zone));
    }

    private Limits limits(String policy) {
        return limits.getOrDefault(policy, new Limits(0, 0, 0, 0));
    }

    /// Mostly short, sometimes just under a window, rarely hours.
    private long pauseUs() {
        return switch (random.nextInt(100)) {
            case 0 -> 3_600_000_000L - random.nextInt(40_000_000);
            case 1, 2, 3 -> 60_000_000L - random.nextInt(1_500_000);
            case 4, 5, 6, 7 -> random.nextInt(15_000_000);
            default -> random.nextInt(400_000);
        };
    }
}
