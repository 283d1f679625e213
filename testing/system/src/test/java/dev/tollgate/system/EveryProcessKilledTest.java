package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Settlement;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.system.Faults.Strike;
import dev.tollgate.testing.Await;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Requests flow through the gateway, and another producer's events and voids through the intake, while each process in
/// turn dies, at named points and at random moments.
@Alone
class EveryProcessKilledTest {

    private static final String TENANT = "survivor";
    private static final String PRODUCER_TENANT = "surviving-producer";
    private static final String NO_LIMITS = """
            {"requests_per_minute": 1000000, "requests_per_hour": 1000000, "requests_per_day": 1000000}""";
    private static final long SEED = 20_261_124L;
    private static final int WORKERS = 4;
    private static final long REQUESTS_MAX = 50_000;
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final TestStack house = TestStack.running();
    private final Stack stack = house.stack();
    private final Faults faults = new Faults(stack);
    private final Random random = new Random(SEED);

    @Test
    void loseNothingAndCountNothingTwice() throws Exception {
        String key = house.registerTenant(
                TENANT, "enterprise", NO_LIMITS, LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        String producerKey = house.registerTenant(
                PRODUCER_TENANT,
                "enterprise",
                NO_LIMITS,
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        house.execute("UPDATE api_keys SET scopes = '{events:write}' WHERE tenant_id = '" + PRODUCER_TENANT + "'");
        try (Load load = Load.start(List.of(house.gateway()), key, WORKERS, REQUESTS_MAX, PAUSE);
                Producer producer = Producer.start(house.ingest(), producerKey)) {
            awaitProgress(load);
            strikes(
                    load,
                    Service.GATEWAY,
                    new Strike(StrikePoints.GATEWAY_AFTER_APPEND, 40),
                    new Strike(StrikePoints.GATEWAY_AFTER_ACK, 40));
            strikes(
                    load,
                    Service.INGEST,
                    new Strike(StrikePoints.INGEST_DURING_COPY, 3),
                    new Strike(StrikePoints.INGEST_BEFORE_COMMIT, 4),
                    new Strike(StrikePoints.INGEST_AFTER_COMMIT, 5),
                    new Strike(StrikePoints.RELAY_AFTER_PUBLISH, 5));
            strikes(
                    load,
                    Service.AGGREGATOR,
                    new Strike(StrikePoints.AGGREGATOR_BEFORE_EMIT, 3),
                    new Strike(StrikePoints.SINK_BEFORE_COMMIT, 3));
            awaitRandomMoment(load);
            faults.kill(Service.BILLING);
            awaitRandomMoment(load);
            faults.note("kill -9 Kafka");
            stack.kafka().kill9();
            stack.kafka().restart();
            awaitProgress(load);
            awaitRandomMoment(load);
            faults.note("kill -9 PostgreSQL");
            stack.postgres().kill9();
            stack.postgres().restart();
            awaitProgress(load);
            faults.note("requests end: " + load + "; " + producer);
            load.stop();
            producer.stop();
            settle();
            faults.note("all is stored and folded");
            assertConsistent(load);
            assertConsistent(producer);
        }
    }

    private void assertConsistent(Producer producer) {
        assertThat(producer.voids()).as("%s", producer).isPositive();
        String rows = "SELECT count(DISTINCT id) FROM tenant_metrics_raw WHERE tenant_id = ? AND voids IS ";
        assertThat(house.number(rows + "NULL", PRODUCER_TENANT))
                .as("%s", producer)
                .isEqualTo(producer.events());
        assertThat(house.number(rows + "NOT NULL", PRODUCER_TENANT))
                .as("%s", producer)
                .isEqualTo(producer.voids());
        assertThat(house.number("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ?", PRODUCER_TENANT))
                .isEqualTo(producer.events() + producer.voids());
        assertThat(house.number(
                        "SELECT sum(total_requests) FROM tenant_metrics_hourly WHERE tenant_id = ?", PRODUCER_TENANT))
                .isEqualTo(producer.events() - producer.voids());
        assertThat(house.number(
                        "SELECT count(*) FROM reconciliation_findings WHERE tenant_id IN (?, ?)",
                        TENANT,
                        PRODUCER_TENANT))
                .as("the reconciler raises no false alarm")
                .isZero();
    }

    /// Kills the service at a random moment, then at each point.
    private void strikes(Load load, Service service, Strike... strikes) throws Exception {
        awaitRandomMoment(load);
        faults.strikes(service, List.of(strikes), armed -> {});
        awaitProgress(load);
        faults.note("requests complete: " + load);
    }

    /// Waits until requests complete again.
    private static void awaitProgress(Load load) {
        long before = load.completed();
        Await.until("requests complete: " + load, Duration.ofSeconds(60), () -> load.completed() >= before + 20);
    }

    /// A moment within the next 100 requests, chosen by the seed.
    private void awaitRandomMoment(Load load) {
        long target = load.sent() + random.nextInt(100);
        Await.until("request " + target + " is sent", Duration.ofSeconds(60), () -> load.sent() >= target);
    }

    private void settle() throws InterruptedException {
        Settlement.Pending pending =
                Settlement.ofEverything(stack.database(), Clock.systemUTC()).await(Duration.ofSeconds(60));
        assertThat(pending.isNone()).as("%s", pending).isTrue();
    }

    private void assertConsistent(Load load) throws Exception {
        long events = house.number("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ?", TENANT);
        long distinct = house.number(
                "SELECT count(DISTINCT (source, sequence)) FROM tenant_metrics_raw WHERE tenant_id = ?", TENANT);
        long billable =
                house.number("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ? AND units > 0", TENANT);
        assertThat(load.completed()).as("%s, billable %d", load, billable).isLessThanOrEqualTo(billable);
        assertThat(Metering.stored(stack, TENANT, load.completedIds()))
                .as("each completed response has its event")
                .isEqualTo(load.completed());
        assertThat(events).as("%s", load).isLessThanOrEqualTo(load.sent());
        assertThat(distinct).isEqualTo(events);
        assertThat(house.number("SELECT count(DISTINCT id) FROM tenant_metrics_raw WHERE tenant_id = ?", TENANT))
                .isEqualTo(events);
        assertThat(house.number("SELECT sum(event_count) FROM tenant_metrics_hourly WHERE tenant_id = ?", TENANT))
                .isEqualTo(events);
        assertThat(house.number("SELECT sum(billable_requests) FROM tenant_metrics_hourly WHERE tenant_id = ?", TENANT))
                .isEqualTo(billable);
        var upcoming =
                new BillingClient(house.billing(), house.operatorKey()).all("/v1/billing/upcoming?tenant=" + TENANT);
        assertThat(upcoming).hasSize(1);
        assertThat(upcoming.getFirst().get("requests").asLong()).isEqualTo(billable);
    }
}
