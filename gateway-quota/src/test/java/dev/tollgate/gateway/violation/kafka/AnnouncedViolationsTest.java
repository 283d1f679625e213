package dev.tollgate.gateway.violation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.violation.ViolationCounter;
import dev.tollgate.gateway.violation.ViolationStore;
import dev.tollgate.gateway.violation.ViolationTopic;
import dev.tollgate.gateway.violation.ViolationsUnavailableException;
import dev.tollgate.gateway.violation.postgres.PostgresViolationOutbox;
import dev.tollgate.gateway.violation.postgres.PostgresViolationStore;
import dev.tollgate.schema.contract.QuotaViolation;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.net.FaultProxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// Denials on their way from memory through the table to the topic, on real servers.
final class AnnouncedViolationsTest {

    private static final Instant MINUTE = Instant.parse("2026-05-01T10:20:00Z");
    private static final String QUOTA = "requests_per_day";

    private static TopicReader reader;

    private final KafkaServer kafka = KafkaServer.shared();
    private final GatewayDatabase database = GatewayDatabase.create();
    private final PGSimpleDataSource source = source(database);
    private final PostgresViolationOutbox outbox = new PostgresViolationOutbox(source);
    private final KafkaViolationTopic topic =
            new KafkaViolationTopic(Map.of("bootstrap.servers", kafka.bootstrapServers()));

    @BeforeAll
    static void connects() {
        reader = new TopicReader();
    }

    @AfterAll
    static void disconnects() {
        reader.close();
    }

    @AfterEach
    void close() {
        topic.close();
    }

    @Test
    void aFloodOverTwoGatewaysBecomesAFewRowsAndTheSameRecords() throws Exception {
        int perGateway = 500_000;
        List<Map<List<Object>, Long>> sent = new ArrayList<>();
        try (ExecutorService gateways = Executors.newFixedThreadPool(2)) {
            Callable<Map<List<Object>, Long>> one = () -> flood("gateway-1", perGateway);
            Callable<Map<List<Object>, Long>> two = () -> flood("gateway-2", perGateway);
            for (Future<Map<List<Object>, Long>> gateway : gateways.invokeAll(List.of(one, two))) {
                sent.add(gateway.get());
            }
        }
        Map<List<Object>, Long> expected = new HashMap<>(sent.getFirst());
        sent.getLast().forEach((key, count) -> expected.merge(key, count, Long::sum));

        assertThat(expected).hasSize(3 * 2 * 2 * 2);
        assertThat(database.number("SELECT count(*) FROM tenant_quota_violations"))
                .isEqualTo(expected.size());
        assertThat(database.number("SELECT sum(denied_count) FROM tenant_quota_violations"))
                .isEqualTo(2L * perGateway);

        assertThat(outbox.announce(topic)).isEqualTo(expected.size());

        List<QuotaViolation> published = reader.published();
        assertThat(published).hasSize(expected.size());
        Map<List<Object>, Long> announced = new HashMap<>();
        published.forEach(each -> announced.put(
                key(each.tenantId(), each.quotaType(), String.valueOf(each.route()), each.minute()),
                each.deniedCount()));
        assertThat(announced).isEqualTo(expected);
        assertThat(published).allMatch(each -> each.limitValue() == 10 && "/v1/things".equals(each.endpoint()));
        assertThat(outbox.announce(topic)).isZero();
    }

    /// Denials of three tenants, two quotas, two routes and two minutes, while a thread of the counter writes them.
    private Map<List<Object>, Long> flood(String gateway, int denials) {
        AtomicLong epochMs = new AtomicLong(MINUTE.plusMillis(400).toEpochMilli());
        Map<List<Object>, Long> sent = new HashMap<>();
        try (ViolationCounter counter =
                new ViolationCounter(new PostgresViolationStore(source(database), gateway), epochMs::get)) {
            counter.start();
            for (int i = 0; i < denials; i++) {
                if (i == denials / 3) {
                    epochMs.addAndGet(60_000);
                }
                String tenant = "flood-" + i % 3;
                String quota = i % 5 < 2 ? QUOTA : "search.requests_per_hour";
                String route = i % 7 < 3 ? "search" : "orders";
                counter.record(tenant, quota, 10, 10, route, "/v1/things");
                Instant minute = MINUTE.plusSeconds(i < denials / 3 ? 0 : 60);
                sent.merge(key(tenant, quota, route, minute), 1L, Long::sum);
            }
        }
        return sent;
    }

    private static List<Object> key(String tenant, String quota, String route, Instant minute) {
        return List.of(tenant, quota, route, minute);
    }

    @Test
    void aRowThatGrowsAfterItsAnnouncementIsAnnouncedAgain() throws Exception {
        deny("gateway-1", "grown", 5);
        assertThat(outbox.announce(topic)).isEqualTo(1);
        deny("gateway-2", "grown", 2);
        assertThat(outbox.announce(topic)).isEqualTo(1);
        assertThat(outbox.announce(topic)).isZero();

        assertThat(reader.published()).containsExactly(violation("grown", 5), violation("grown", 7));
    }

    @Test
    void aMinuteIsAnnouncedOnceItIsOver() throws Exception {
        database.register("current", 0, 0, 0, 0);
        assertThat(database.text("SELECT check_tenant_quota('current', 'day') ->> 'reason'"))
                .isEqualTo("Quota exceeded");
        assertThat(outbox.announce(topic)).isZero();

        database.execute("UPDATE tenant_quota_violations SET violated_at = violated_at - interval '2 minutes'");

        assertThat(outbox.announce(topic)).isEqualTo(1);
        assertThat(reader.published()).singleElement().satisfies(each -> {
            assertThat(each.tenantId()).isEqualTo("current");
            assertThat(each.quotaType()).isEqualTo(QUOTA);
            assertThat(each.deniedCount()).isEqualTo(1);
            assertThat(each.route()).isNull();
        });
    }

    /// The strike: after the broker's acknowledgement, before the mark.
    @Test
    void aGatewayThatDiesAfterPublishingRepeatsAndLosesNothing() throws Exception {
        deny("gateway-1", "struck", 3);
        ViolationTopic dying = struck(() -> database.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                + "WHERE relation = 'tenant_quota_violations'::regclass AND mode = 'RowShareLock' "
                + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));

        assertThatThrownBy(() -> outbox.announce(dying)).isInstanceOf(ViolationsUnavailableException.class);
        assertThat(outbox.announce(topic)).isEqualTo(1);

        assertThat(reader.published()).containsExactly(violation("struck", 3), violation("struck", 3));
    }

    @Test
    void rowsThatAnotherGatewayHoldsAreLeftToIt() throws Exception {
        deny("gateway-1", "shared", 4);
        AtomicLong other = new AtomicLong(-1);
        ViolationTopic during = struck(() -> other.set(outbox.announce(topic)));

        assertThat(outbox.announce(during)).isEqualTo(1);

        assertThat(other).hasValue(0);
        assertThat(reader.published()).containsExactly(violation("shared", 4));
    }

    private interface Strike {
        void run() throws Exception;
    }

    /// Publishes, then strikes before it returns.
    private ViolationTopic struck(Strike strike) {
        return new ViolationTopic() {
            @Override
            public void publish(List<QuotaViolation> violations)
                    throws ViolationsUnavailableException, InterruptedException {
                topic.publish(violations);
                try {
                    strike.run();
                } catch (Exception failed) {
                    throw new AssertionError("the strike failed", failed);
                }
            }

            @Override
            public void close() {
                topic.close();
            }
        };
    }

    @Test
    void aFlushWhoseAnswerWasLostIsAddedOnce() throws Exception {
        AtomicBoolean lost = new AtomicBoolean();
        PostgresViolationStore real = new PostgresViolationStore(source, "gateway-1");
        ViolationStore forgetful = (flushNumber, counts) -> {
            real.add(flushNumber, counts);
            if (lost.compareAndSet(false, true)) {
                throw new ViolationsUnavailableException("the answer was lost", new SQLException("reset"));
            }
        };
        deny(forgetful, "once", 6);

        assertThat(lost).isTrue();
        assertThat(database.number("SELECT denied_count FROM tenant_quota_violations"))
                .isEqualTo(6);
    }

    /// The strike: the broker's connections are reset from the first moment on, then pass.
    @Test
    void rowsWaitWhileTheBrokerIsAway() throws Exception {
        deny("gateway-1", "waiting", 1);
        int brokerPort = Integer.parseInt(
                kafka.bootstrapServers().substring(kafka.bootstrapServers().lastIndexOf(':') + 1));
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", brokerPort);
                KafkaViolationTopic away = new KafkaViolationTopic(
                        Map.of("bootstrap.servers", "127.0.0.1:" + proxy.port()), Duration.ofMillis(500))) {
            proxy.reset();
            assertThatThrownBy(() -> outbox.announce(away))
                    .isInstanceOf(ViolationsUnavailableException.class)
                    .hasMessageContaining("quota.violations.v1");
            proxy.pass();
            assertThat(outbox.announce(away)).isEqualTo(1);
        }
        assertThat(reader.published()).containsExactly(violation("waiting", 1));
    }

    @Test
    void aRowOutsideTheContractDoesNotKeepTheOthersBack() throws Exception {
        deny("gateway-1", "good", 1);
        database.execute("INSERT INTO tenant_quota_violations (tenant_id, quota_type, limit_value, current_value, "
                + "violated_at) VALUES ('bad', '', 1, 1, '2020-01-01')");

        assertThat(outbox.announce(topic)).isEqualTo(2);

        assertThat(outbox.announce(topic)).isZero();
        assertThat(reader.published()).containsExactly(violation("good", 1));
    }

    private void deny(String gateway, String tenant, int times) {
        deny(new PostgresViolationStore(source, gateway), tenant, times);
    }

    private static void deny(ViolationStore store, String tenant, int times) {
        try (ViolationCounter counter = new ViolationCounter(store, MINUTE::toEpochMilli)) {
            for (int i = 0; i < times; i++) {
                counter.record(tenant, QUOTA, 10, 10, "search", "/v1/search/it's \"x\"");
            }
        }
    }

    private static QuotaViolation violation(String tenant, long denied) {
        return new QuotaViolation(tenant, QUOTA, 10, 10, "/v1/search/it's \"x\"", "search", denied, MINUTE);
    }

    private static PGSimpleDataSource source(GatewayDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.url());
        source.setUser(GatewayDatabase.GATEWAY_ROLE);
        return source;
    }
}
