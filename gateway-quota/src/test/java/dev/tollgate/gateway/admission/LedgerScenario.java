package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// One random history of three gateways, one tenant and one ledger, checked at every grant and at its end.
public final class LedgerScenario {

    private static final int STEPS = 500;
    private static final String TENANT = "acme";
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
    private final UseOracle oracle;
    private final List<SimulatedGateway> gateways;
    private Limits limits = new Limits(0, 0, 0, 0);
    private Limits highest = limits;
    private long nowUs;

    /// @param comparesWithFake whether every grant must also be the fake's
    public LedgerScenario(long seed, ClockedLedger ledger, boolean comparesWithFake) {
        this.comparesWithFake = comparesWithFake;
        this.random = new Random(seed);
        this.ledger = ledger;
        this.zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        this.oracle = new UseOracle(zone);
        this.gateways = IntStream.range(0, 3)
                .mapToObj(i -> new SimulatedGateway(TENANT, "g" + i, random))
                .toList();
        Instant start = STARTS.get(random.nextInt(STARTS.size()));
        this.nowUs = start.getEpochSecond() * 1_000_000 + random.nextInt(1_000_000);
    }

    /// Plays the history; throws when a promise is broken.
    public void run() throws LedgerUnavailableException {
        changeLimits();
        for (int step = 0; step < STEPS; step++) {
            nowUs += pauseUs();
            SimulatedGateway gateway = gateways.get(random.nextInt(gateways.size()));
            int action = random.nextInt(100);
            if (action < 55) {
                int used = gateway.use(1 + random.nextInt(6), nowUs);
                for (int i = 0; i < used; i++) {
                    oracle.use(nowUs);
                }
            } else if (action < 97) {
                exchange(gateway);
            } else if (action < 99) {
                gateway.crash();
            } else {
                changeLimits();
            }
        }
        for (QuotaWindow window : QuotaWindow.values()) {
            assertThat(oracle.most(window)).as("uses in any %s", window).isLessThanOrEqualTo(highest.of(window));
        }
    }

    /// Tokens used in all.
    public int uses() {
        return oracle.size();
    }

    private void exchange(SimulatedGateway gateway) throws LedgerUnavailableException {
        Instant now = Instant.ofEpochSecond(nowUs / 1_000_000, nowUs % 1_000_000 * 1_000);
        LeaseWant want = gateway.want(nowUs);
        ledger.setClock(now);
        fake.setClock(now);
        LeaseGrant grant = ledger.as(gateway.name()).exchange(List.of(want)).getFirst();
        if (comparesWithFake) {
            compare(grant, fake.as(gateway.name()).exchange(List.of(want)).getFirst());
        }
        if (random.nextInt(10) > 0) {
            gateway.receive(want, grant, nowUs);
        }
        if (grant.granted() > 0 && grant.readingUs() == nowUs) {
            long open = gateways.stream().mapToLong(g -> g.spendable(nowUs)).sum();
            for (QuotaWindow window : QuotaWindow.values()) {
                assertThat(oracle.countAt(window, nowUs) + open)
                        .as("used and open in the %s at %s", window, now)
                        .isLessThanOrEqualTo(limits.of(window));
            }
        }
    }

    private void compare(LeaseGrant grant, LeaseGrant expected) {
        assertThat(grant.granted()).as("granted at %d", nowUs).isEqualTo(expected.granted());
        for (QuotaWindow window : QuotaWindow.values()) {
            assertThat(grant.usage(window).current())
                    .as("%s at %d", window, nowUs)
                    .isEqualTo(expected.usage(window).current());
        }
    }

    private void changeLimits() {
        limits = new Limits(
                5 + random.nextInt(40), 40 + random.nextInt(200), 100 + random.nextInt(300), 150 + random.nextInt(400));
        highest = new Limits(
                Math.max(highest.minute(), limits.minute()),
                Math.max(highest.hour(), limits.hour()),
                Math.max(highest.day(), limits.day()),
                Math.max(highest.month(), limits.month()));
        ledger.setLimits(TENANT, zone, limits);
        fake.setLimits(TENANT, zone, limits);
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
