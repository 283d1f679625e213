package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Stack;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.system.FurtherGateway.Running;
import dev.tollgate.system.Load.Answered;
import dev.tollgate.testing.Await;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// PostgreSQL stands still for half a minute while requests of tenants with each policy flow through two gateways, and
/// a third one is started meanwhile.
@Alone
class DatabaseAwayTest {

    private static final Duration AWAY = Duration.ofSeconds(30);
    private static final long FAIR_LIMIT = 60;

    /// A lease in use and the next one end, at the latest, so long after their grant.
    private static final Duration LEASES_END_WITHIN = Duration.ofMillis(2_500);

    /// No request waits longer for the ledger.
    private static final long LEDGER_WAIT_MS_MAX = 50;

    /// What a shared machine adds to 99 of 100 answers and to each, unless it adds more to strangers at the same time.
    private static final long NOISE_MS = 50;

    private static final long STALL_MS = 1_000;
    private static final Duration SET_ASIDE_WITHIN = Duration.ofSeconds(30);
    private static final Duration BOOKED_WITHIN = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// Tokens of an exchange that PostgreSQL runs when it goes on, after its gateway gave up on it and said so: a lease
    /// for each gateway, of half a second's traffic and what waits.
    private static final long UNANSWERED_MAX = 2 * (1_000 / PAUSE.toMillis() / 2 + 1);

    private static final int THIRD_REQUESTS = 40;

    /// A tenant for each policy; `USUAL` has what everybody has who chose nothing.
    private enum Policy {
        CLOSED("""
                {"sliding_fallback": "closed", "calendar_fallback": "closed"}"""),
        OPEN("""
                {"sliding_fallback": "open", "calendar_fallback": "open"}"""),
        USUAL("{}"),
        FAIR("""
                {"sliding_fallback": "fair-share", "calendar_fallback": "fair-share", "requests_per_minute": %d}""".formatted(FAIR_LIMIT));

        private final String overrides;

        Policy(String overrides) {
            this.overrides = overrides;
        }

        String tenant() {
            return "database-away." + name();
        }
    }

    private final TestStack house = TestStack.running();
    private final Stack stack = house.stack();
    private final Faults faults = new Faults(stack);
    private final Map<Policy, String> keys = new EnumMap<>(Policy.class);
    private final Map<Policy, List<Load>> loads = new EnumMap<>(Policy.class);

    /// Those that run all the time, at gateways that have long been running: the first answers of a process are slow.
    private final List<Load> warm = new ArrayList<>();

    /// Requests that are answered without the ledger, with 401: they show what the machine alone makes others wait.
    private final List<Load> strangers = new ArrayList<>();

    @Test
    void holdsEachPolicyStallsNobodyAndIsBookedAfterwards() throws Exception {
        Running third = house.gateway(FurtherGateway.MORTAL);
        List<URI> gateways =
                List.of(house.gateway(), house.gateway(FurtherGateway.AHEAD).address());
        try {
            registerTenants();
            // Seen once by each gateway, long enough before for its lease to have ended.
            run(Policy.FAIR, gateways, 1);
            run(Policy.FAIR, List.of(third.address()), 1);
            stopInOrder(third);
            for (Policy policy : List.of(Policy.CLOSED, Policy.OPEN, Policy.USUAL)) {
                start(policy, gateways, Long.MAX_VALUE);
                warm.addAll(loads(policy)
                        .subList(
                                loads(policy).size() - gateways.size(),
                                loads(policy).size()));
            }
            for (URI gateway : gateways) {
                strangers.add(Load.start(List.of(gateway), unknownKey(), 1, Long.MAX_VALUE, PAUSE));
            }
            awaitMoment(System.nanoTime(), LEASES_END_WITHIN);
            Await.until(
                    "each gateway has set tokens aside",
                    SET_ASIDE_WITHIN,
                    () -> house.number(
                                    "SELECT count(DISTINCT split_part(reserve_key, ':', 1)) FROM quota_reserves WHERE policy = '' AND tenant_id = ?",
                                    Policy.USUAL.tenant())
                            >= gateways.size());
            long share = FAIR_LIMIT / gatewaysThatCall();

            faults.note("SIGSTOP PostgreSQL; a fair share is " + share + "; " + loads);
            stack.postgres().pause();
            long pausedNanos = System.nanoTime();
            try {
                start(Policy.FAIR, gateways, Long.MAX_VALUE);
                serveWithoutDatabase(third.restart().awaitServing());
                awaitMoment(pausedNanos, AWAY);
            } finally {
                stack.postgres().resume();
            }
            long resumedNanos = System.nanoTime();
            faults.note("SIGCONT PostgreSQL; " + loads);
            assertPolicies(pausedNanos, resumedNanos, share);
            assertNobodyStalled(pausedNanos, resumedNanos);
            assertBooked();
        } finally {
            loads.values().forEach(all -> all.forEach(Load::close));
            strangers.forEach(Load::close);
        }
    }

    private static String unknownKey() {
        return ApiKey.generate(new SecureRandom()).text();
    }

    private void registerTenants() throws SQLException {
        for (Policy policy : Policy.values()) {
            keys.put(
                    policy,
                    house.registerTenant(
                            policy.tenant(),
                            "enterprise",
                            policy.overrides,
                            LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1)));
            loads.put(policy, new ArrayList<>());
        }
    }

    /// Starts a load of its own at each gateway.
    private void start(Policy policy, List<URI> gateways, long requestsMax) {
        for (URI gateway : gateways) {
            loads(policy).add(Load.start(List.of(gateway), key(policy), 1, requestsMax, PAUSE));
        }
    }

    private void run(Policy policy, List<URI> gateways, long requests) throws Exception {
        int first = loads(policy).size();
        start(policy, gateways, requests);
        for (Load load : loads(policy).subList(first, loads(policy).size())) {
            load.awaitEnd();
        }
    }

    /// SIGTERM: all of its sources are sealed.
    private void stopInOrder(Running third) {
        long before = openSources();
        assertThat(third.process().terminate(Duration.ofSeconds(30)))
                .as("ends in order on SIGTERM")
                .isIn(0, 143);
        assertThat(openSources()).as("open sources, %d before", before).isLessThan(before);
    }

    private long openSources() {
        return house.number("SELECT count(*) FROM event_sources WHERE state = 'open' AND origin = 'gateway'");
    }

    /// Gateways among which the ledger divides a limit.
    private long gatewaysThatCall() {
        return house.number("SELECT count(DISTINCT pid) FROM pg_stat_activity"
                + " WHERE application_name = 'tollgate-gateway-ledger'");
    }

    /// The gateway that has only its state folder knows its tenants and their policies, and nobody else.
    private void serveWithoutDatabase(Running third) throws Exception {
        faults.note("the third gateway serves without PostgreSQL");
        List<URI> gateway = List.of(third.address());
        run(Policy.OPEN, gateway, THIRD_REQUESTS);
        assertThat(loads(Policy.OPEN).getLast().completed())
                .as("open: %s", loads(Policy.OPEN).getLast())
                .isEqualTo(THIRD_REQUESTS);
        run(Policy.FAIR, gateway, THIRD_REQUESTS);
        try (GatewayConnection connection = new GatewayConnection(third.address())) {
            assertThat(connection.post("/api/bookings", unknownKey()).status()).isEqualTo(401);
        }
    }

    private void assertPolicies(long fromNanos, long toNanos, long share) {
        assertThat(during(Policy.OPEN, fromNanos, toNanos)).as("open").allMatch(Answered::isAdmitted);
        assertThat(during(Policy.CLOSED, fromNanos + LEASES_END_WITHIN.toNanos(), toNanos))
                .as("closed, once held leases have ended")
                .isNotEmpty()
                .allMatch(answer -> answer.status() == 503 && answer.retryAfterSeconds() >= 1);
        List<Long> shares = loads(Policy.FAIR).stream()
                .filter(load -> answers(load, fromNanos, toNanos).findAny().isPresent())
                .map(load -> answers(load, fromNanos, toNanos)
                        .filter(Answered::isAdmitted)
                        .count())
                .toList();
        faults.note("fair share, admitted by each gateway: " + shares + ", at most " + share);
        assertThat(shares)
                .as("fair-share, admitted by each gateway: %s", loads(Policy.FAIR))
                .hasSize(3)
                .allMatch(admitted -> admitted >= 1 && admitted <= share);
        assertReserveServes(fromNanos + LEASES_END_WITHIN.toNanos(), toNanos);
    }

    /// Day and month are closed but for what each gateway has set aside for such times; then 503.
    private void assertReserveServes(long fromNanos, long toNanos) {
        for (Load load : loads(Policy.USUAL)) {
            List<Answered> answers = answers(load, fromNanos, toNanos).toList();
            long admitted = answers.stream().filter(Answered::isAdmitted).count();
            faults.note("the usual policy, admitted by one gateway after its leases: %d of %d"
                    .formatted(admitted, answers.size()));
            assertThat(admitted).as("usual: %s", load).isPositive();
            assertThat(answers)
                    .as("usual")
                    .allMatch(answer ->
                            answer.isAdmitted() || (answer.status() == 503 && answer.retryAfterSeconds() >= 1));
        }
    }

    /// Answers come from an upstream that takes no time. What the machine makes everybody wait is not counted.
    private void assertNobodyStalled(long fromNanos, long toNanos) {
        long[] waits = waits(warm.stream().flatMap(load -> answers(load, fromNanos, toNanos)));
        long[] ofStrangers = waits(strangers.stream().flatMap(load -> answers(load, fromNanos, toNanos)));
        long p99 = waits[waits.length * 99 / 100];
        long p99OfStrangers = ofStrangers[ofStrangers.length * 99 / 100];
        long max = waits[waits.length - 1];
        long maxOfStrangers = ofStrangers[ofStrangers.length - 1];
        faults.note("%d answers without PostgreSQL: p50 %d ms, p99 %d ms (strangers: %d ms), longest %d ms (%d ms)"
                .formatted(waits.length, waits[waits.length / 2], p99, p99OfStrangers, max, maxOfStrangers));
        assertThat(p99)
                .as("ms of 99 of 100 answers")
                .isLessThanOrEqualTo(LEDGER_WAIT_MS_MAX + Math.max(NOISE_MS, 2 * p99OfStrangers));
        assertThat(max)
                .as("ms of the longest answer")
                .isLessThanOrEqualTo(LEDGER_WAIT_MS_MAX + Math.max(STALL_MS, 2 * maxOfStrangers));
        assertThat(loads.entrySet().stream()
                        .flatMap(entry -> entry.getValue().stream()
                                .flatMap(load -> load.brokenOnes().stream())
                                .map(broken -> "%s, %d ms into the outage: %s"
                                        .formatted(
                                                entry.getKey(),
                                                (broken.sentNanos() - fromNanos) / 1_000_000,
                                                broken.reason()))))
                .as("requests without an answer")
                .isEmpty();
    }

    /// Milliseconds of the answers, the longest last.
    private static long[] waits(Stream<Answered> answers) {
        return answers.mapToLong(answer -> (answer.receivedNanos() - answer.sentNanos()) / 1_000_000)
                .sorted()
                .toArray();
    }

    private void assertBooked() throws Exception {
        for (List<Load> all : loads.values()) {
            for (Load load : all) {
                load.stop();
            }
        }
        for (Policy policy : Policy.values()) {
            long admitted = loads(policy).stream().mapToLong(Load::completed).sum();
            Await.until(
                    "the ledger counts the " + admitted + " that " + policy.tenant() + " was admitted",
                    BOOKED_WITHIN,
                    () -> {
                        long unused = house.quotaUsage(policy.tenant(), "hour") - admitted;
                        return unused >= 0 && unused <= UNANSWERED_MAX;
                    });
        }
        for (Policy policy : Policy.values()) {
            Metering.assertEachOnce(house, policy.tenant(), loads(policy).toArray(Load[]::new));
        }
    }

    private List<Answered> during(Policy policy, long fromNanos, long toNanos) {
        return loads(policy).stream()
                .flatMap(load -> answers(load, fromNanos, toNanos))
                .toList();
    }

    private static Stream<Answered> answers(Load load, long fromNanos, long toNanos) {
        return load.answers().filter(answer -> answer.sentNanos() >= fromNanos && answer.receivedNanos() <= toNanos);
    }

    private static void awaitMoment(long sinceNanos, Duration after) {
        Await.until("a moment comes", after.plusSeconds(1), () -> System.nanoTime() - sinceNanos >= after.toNanos());
    }

    private List<Load> loads(Policy policy) {
        return Objects.requireNonNull(loads.get(policy));
    }

    private String key(Policy policy) {
        return Objects.requireNonNull(keys.get(policy));
    }
}
