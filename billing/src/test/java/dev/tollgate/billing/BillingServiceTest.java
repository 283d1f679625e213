package dev.tollgate.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.testing.BillingClient;
import dev.tollgate.billing.testing.BillingClient.Answer;
import dev.tollgate.billing.testing.BillingDatabase;
import dev.tollgate.billing.testing.RunningBilling;
import dev.tollgate.schema.contract.BillingEvent;
import dev.tollgate.schema.contract.BillingEventCodec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BillingServiceTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningBilling billing = RunningBilling.shared();
    private final BillingDatabase database = billing.database();
    private final BillingClient client = billing.client();
    private final String finance = billing.finance();
    private final String auditor = billing.auditor();

    @Test
    void aRunClosesTheMonthAndOthersAreTold() {
        database.plan("tiny", 500, 10, 50);
        for (String tenant : List.of("a", "b", "c")) {
            database.tenant(tenant, "UTC", "tiny", "2015-04-01");
        }
        database.tenant("k", "Asia/Kolkata", "tiny", "2015-04-01");
        database.requests("b", 20, "2015-05-10T07:59:50Z");
        database.requests("k", 60, "2015-04-30T18:29:30Z");
        database.buckets("b");
        database.buckets("k");

        Answer started = client.post("/v1/billing/runs", finance, "{\"month\":\"2015-05\"}", "Idempotency-Key", "may");
        assertThat(started.status()).isEqualTo(202);
        String runId = started.body().path("runId").stringValue();
        Await.until(
                "the run is completed",
                SOON,
                () -> client.get("/v1/billing/runs/" + runId, auditor)
                        .body()
                        .path("status")
                        .stringValue()
                        .equals("completed"));
        assertThat(client.get("/v1/billing/runs/" + runId, finance)
                        .body()
                        .path("items")
                        .path("closed")
                        .longValue())
                .isEqualTo(4);

        Answer items = client.get("/v1/billing/runs/" + runId + "/items?state=closed&limit=3", finance);
        assertThat(texts(items.body().path("items"), "tenantId")).containsExactly("a", "b", "c");
        Answer rest = client.get(
                "/v1/billing/runs/" + runId + "/items?cursor="
                        + items.body().path("nextCursor").stringValue(),
                finance);
        assertThat(texts(rest.body().path("items"), "tenantId")).containsExactly("k");
        assertThat(rest.body().has("nextCursor")).isFalse();

        Answer again = client.post("/v1/billing/runs", finance, "{\"month\":\"2015-05\"}", "Idempotency-Key", "may");
        assertThat(again.body().path("runId").stringValue()).isEqualTo(runId);
        Answer other = client.post("/v1/billing/runs", finance, "{\"month\":\"2015-04\"}", "Idempotency-Key", "may");
        assertThat(other.status()).isEqualTo(422);

        List<String> numbers = new ArrayList<>();
        String query = "/v1/billing/invoices?month=2015-05&limit=3";
        Answer page = client.get(query, auditor);
        numbers.addAll(texts(page.body().path("items"), "invoiceNumber"));
        page = client.get(query + "&cursor=" + page.body().path("nextCursor").stringValue(), auditor);
        numbers.addAll(texts(page.body().path("items"), "invoiceNumber"));
        int year = YearMonth.now(ZoneOffset.UTC).getYear();
        assertThat(numbers)
                .containsExactlyInAnyOrder(
                        "TG-" + year + "-000001",
                        "TG-" + year + "-000002",
                        "TG-" + year + "-000003",
                        "TG-" + year + "-000004");

        JsonNode ofB = client.get("/v1/billing/invoices?tenant=b", auditor)
                .body()
                .path("items")
                .path(0);
        JsonNode full = client.get(
                        "/v1/billing/invoices/" + ofB.path("invoiceNumber").stringValue(), auditor)
                .body();
        assertThat(full)
                .isEqualTo(client.get(
                                "/v1/billing/invoices/" + ofB.path("invoiceId").stringValue(), auditor)
                        .body());
        assertThat(full.path("totalCents").longValue()).isEqualTo(550);
        assertThat(full.path("currency").stringValue()).isEqualTo("USD");
        assertThat(full.path("status").stringValue()).isEqualTo("pending");
        assertThat(full.path("period").path("requests").longValue()).isEqualTo(20);
        assertThat(full.path("lines").path(1).path("eventCount").longValue()).isEqualTo(20);
        assertThat(full.path("lines").path(1).path("fingerprint").stringValue())
                .isEqualTo(full.path("period").path("fingerprint").stringValue());
        assertThat(full.path("lines").path(1).path("positionTo").stringValue())
                .isEqualTo(full.path("period").path("cutPosition").stringValue());

        assertThat(publishedTotals()).containsExactlyInAnyOrder("a 500", "b 550", "c 500", "k 550");
        Await.until(
                "the outbox is empty",
                SOON,
                () -> database.rows("SELECT FROM billing_outbox").isEmpty());
        assertThat(client.get("/v1/billing/upcoming?month=2015-05", auditor)
                        .body()
                        .path("items")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void showsWhatAnOpenMonthWouldCost() {
        database.plan("small", 500, 10, 50);
        database.tenant("u", "Asia/Kolkata", "small", "2014-01-01");
        database.tenant("v", "UTC", "small", "2014-02-11");
        database.run("UPDATE plan_assignments SET valid_days = daterange(lower(valid_days), '2014-03-01')"
                + " WHERE tenant_id IN ('u', 'v')");
        database.requests("u", 60, "2014-01-31T18:29:30Z"); // 30 before the local month, 30 within
        database.voids("u", 40, "2014-01-31T18:29:30Z"); // 10 of those within
        database.requests("v", 3, "2014-02-05T10:00:00Z"); // before the plan
        database.buckets("u");
        database.buckets("v");

        Answer first = client.get("/v1/billing/upcoming?month=2014-02&limit=1", finance);
        JsonNode u = first.body().path("items").path(0);
        assertThat(u.path("tenantId").stringValue()).isEqualTo("u");
        assertThat(u.path("planId").stringValue()).isEqualTo("small");
        assertThat(u.path("requests").longValue()).isEqualTo(20);
        assertThat(u.path("totalCents").longValue()).isEqualTo(550);
        assertThat(u.path("lines").size()).isEqualTo(2);
        Answer second = client.get(
                "/v1/billing/upcoming?month=2014-02&limit=1&cursor="
                        + first.body().path("nextCursor").stringValue(),
                finance);
        JsonNode v = second.body().path("items").path(0);
        assertThat(v.path("tenantId").stringValue()).isEqualTo("v");
        assertThat(v.path("notRated").stringValue()).contains("no plan from 2014-02-01 to 2014-02-10, but 3 events");
        assertThat(v.has("totalCents")).isFalse();
        assertThat(second.body().has("nextCursor")).isFalse();
        database.tenant("w", "UTC", "free", "2016-01-01");
        assertThat(client.get("/v1/billing/upcoming?tenant=w", finance)
                        .body()
                        .path("items")
                        .path(0)
                        .path("month")
                        .stringValue())
                .isEqualTo(YearMonth.now(ZoneOffset.UTC).toString());
    }

    private static List<String> texts(JsonNode items, String member) {
        return items.valueStream().map(item -> item.path(member).stringValue()).toList();
    }

    /// The totals of May's invoices as the topic tells them.
    private static List<String> publishedTotals() {
        List<String> totals = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", KafkaServer.shared().bootstrapServers(),
                        "group.id", "billing-test",
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.BILLING_EVENTS));
            Await.until("four events", SOON, () -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    BillingEvent event = BillingEventCodec.decode(record.value());
                    assertThat(record.partition()).isEqualTo(Topics.partitionOf(event.tenantId()));
                    totals.add(event.tenantId() + " " + event.totalCents());
                }
                return totals.size() >= 4;
            });
        }
        return totals;
    }
}
