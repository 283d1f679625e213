package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// The admin API on a migrated PostgreSQL, as the role `tollgate_admin`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminApiTest {

    private final GatewayDatabase database = GatewayDatabase.create();
    private final AdminFixture admin;

    AdminApiTest() throws Exception {
        admin = new AdminFixture(database);
    }

    @AfterAll
    void close() {
        admin.close();
    }

    private void register(String tenantId) throws Exception {
        HttpResponse<String> made = admin.send(
                "POST",
                "/v1/tenants",
                "{\"tenantId\": \"" + tenantId
                        + "\", \"name\": \"T\", \"timeZone\": \"Pacific/Auckland\", \"plan\": \"free\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private long audited(String tenantId, String action) throws Exception {
        return database.number("SELECT count(*) FROM audit_log WHERE tenant_id = '" + tenantId + "' AND action = '"
                + action + "' AND actor = 'olivia'");
    }

    @Test
    void readersReadWritersWriteAndEverybodyElseIsRefused() throws Exception {
        register("roles");
        assertThat(admin.send("GET", "/v1/tenants", "", "", "").statusCode()).isEqualTo(401);
        assertThat(admin.send("GET", "/v1/tenants", admin.auditor, "", "").statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = admin.send("POST", "/v1/tenants/roles/suspend", admin.auditor, "", "{}");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(admin.send("GET", "/v1/tenants/nobody", "").statusCode()).isEqualTo(404);
        assertThat(admin.send("GET", "/api/admin/metrics/nobody", "").statusCode())
                .isEqualTo(404);
        assertThat(admin.send("PATCH", "/v1/tenants/roles", "{\"timeZone\": \"Nowhere+3\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(admin.get("/v1/tenants/roles").get("status").asString()).isEqualTo("active");
    }

    @Test
    void aWrongMemberIsNamed() throws Exception {
        register("named");
        for (String[] wrong : new String[][] {
            {"/v1/tenants/named/quotas", "{\"overrides\": {\"enforcement\": \"perhaps\"}}", "enforcement"},
            {"/v1/tenants/named/quotas", "{\"overrides\": {\"tier\": \"gold\"}}", "tier"},
            {"/v1/tenants/named/suspend", "{\"reason\": \"a\\u001bb\"}", "reason"},
            {"/v1/tenants", "{\"tenantId\": \"..\", \"name\": \"Up\", \"plan\": \"free\"}", "tenantId"}
        }) {
            HttpResponse<String> refused = admin.send("POST", wrong[0], wrong[1]);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains(wrong[2]);
        }
        assertThat(admin.send("GET", "/v1/tenants/named", "").headers().firstValue("Cache-Control"))
                .contains("no-store");
    }

    @Test
    void aWriteIsDoneOncePerKeyAndAuditedOnce() throws Exception {
        register("once");
        String body = "{\"reason\": \"unpaid\"}";
        HttpResponse<String> first = admin.send("POST", "/v1/tenants/once/suspend", admin.operator, "k-1", body);
        HttpResponse<String> again = admin.send("POST", "/v1/tenants/once/suspend", admin.operator, "k-1", body);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
        HttpResponse<String> other = admin.send("POST", "/v1/tenants/once/suspend", admin.operator, "k-1", "{}");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency-key-reused");
        assertThat(audited("once", "tenant.suspended")).isEqualTo(1);
        assertThat(
                        database.text(
                                "SELECT (before ->> 'status') || (after ->> 'status') || reason FROM audit_log WHERE tenant_id = 'once' AND action = 'tenant.suspended'"))
                .isEqualTo("activesuspendedunpaid");
        assertThat(admin.send("POST", "/v1/tenants/once/quotas", admin.operator, "k-2", "{\"plan\": \"none\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(admin.send("POST", "/v1/tenants/once/quotas", admin.operator, "k-2", "{\"plan\": \"starter\"}")
                        .statusCode())
                .as("a refused write keeps no answer")
                .isEqualTo(201);
    }

    @Test
    void aKeysSecretIsShownOnceAndStoredNowhere() throws Exception {
        register("keys");
        HttpResponse<String> first = admin.send("POST", "/v1/tenants/keys/keys", admin.operator, "key-1", "{}");
        HttpResponse<String> again = admin.send("POST", "/v1/tenants/keys/keys", admin.operator, "key-1", "{}");
        JsonNode made = AdminFixture.JSON.readTree(first.body());
        String secret = made.get("key").asString().substring(16);
        String keyId = made.get("about").get("keyId").asString();
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains(keyId).doesNotContain(secret);
        assertThat(database.number("SELECT count(*) FROM api_keys WHERE key_id = '" + keyId
                        + "' AND secret_hash = sha256('" + secret + "')"))
                .isEqualTo(1);
        assertThat(database.text("SELECT string_agg(body, '') FROM admin_answers"))
                .doesNotContain(secret);
        assertThat(database.text("SELECT string_agg(concat(before, after), '') FROM audit_log"))
                .doesNotContain("secret_hash");
        HttpResponse<String> rotated =
                admin.send("POST", "/v1/tenants/keys/keys/" + keyId + "/rotate", "{\"overlapSeconds\": 3600}");
        assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(201);
        assertThat(
                        database.number(
                                "SELECT count(*) FROM api_keys WHERE tenant_id = 'keys' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at BETWEEN now() + '59 minutes' AND now() + '61 minutes')"))
                .isEqualTo(2);
        assertThat(admin.send("POST", "/v1/tenants/keys/keys/" + keyId + "/revoke", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(admin.send("POST", "/v1/tenants/keys/keys/" + keyId + "/rotate", "")
                        .statusCode())
                .isEqualTo(409);
        assertThat(audited("keys", "key.rotated") + audited("keys", "key.revoked") + audited("keys", "key.added"))
                .isEqualTo(4);
    }

    @Test
    void aPlannedPlanBeginsAtTheTenantsMidnightAndCanBeCancelled() throws Exception {
        register("plans");
        LocalDate day = database.now()
                .atZone(ZoneId.of("Pacific/Auckland"))
                .toLocalDate()
                .plusDays(40);
        HttpResponse<String> planned = admin.send(
                "POST",
                "/v1/tenants/plans/quotas",
                "{\"plan\": \"starter\", \"from\": \"" + day + "\", \"overrides\": {\"requestsPerHour\": 7}}");
        assertThat(planned.statusCode()).as(planned.body()).isEqualTo(201);
        JsonNode quota = AdminFixture.JSON.readTree(planned.body());
        assertThat(quota.get("state").asString()).isEqualTo("planned");
        assertThat(quota.get("from").asString())
                .isEqualTo(day.atStartOfDay(ZoneId.of("Pacific/Auckland"))
                        .toInstant()
                        .toString());
        assertThat(quota.get("overridden").toString()).isEqualTo("[\"requestsPerHour\"]");
        HttpResponse<String> now =
                admin.send("POST", "/v1/tenants/plans/quotas", "{\"overrides\": {\"requestsPerMinute\": 3}}");
        assertThat(now.statusCode()).as(now.body()).isEqualTo(201);
        assertThat(AdminFixture.JSON.readTree(now.body()).get("until").asString())
                .isEqualTo(quota.get("from").asString());
        assertThat(admin.send("POST", "/v1/tenants/plans/quotas", "{\"plan\": \"professional\"}")
                        .statusCode())
                .as("the planned limits would be billed with another plan")
                .isEqualTo(409);
        assertThat(admin.send("POST", "/v1/tenants/plans/quotas", "").statusCode())
                .as("nothing at all is not a wish to reset")
                .isEqualTo(400);
        assertThat(admin.send("PATCH", "/v1/tenants/plans", "{\"timeZone\": \"UTC\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(admin.send(
                                "DELETE",
                                "/v1/tenants/plans/quotas/" + quota.get("id").asString(),
                                "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(admin.get("/v1/tenants/plans/plans").get("items").size()).isEqualTo(1);
        JsonNode left = admin.get("/v1/tenants/plans/quotas").get("items");
        assertThat(left.get(0).get("limits").get("requestsPerMinute").asInt()).isEqualTo(3);
        assertThat(left.get(0).has("until")).isFalse();
        assertThat(admin.send(
                                "DELETE",
                                "/v1/tenants/plans/quotas/"
                                        + left.get(0).get("id").asString(),
                                "")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void theDashboardCountsAsTheLedgerAndPagesShowEveryRowOnce() throws Exception {
        register("dash");
        admin.send(
                "POST",
                "/v1/tenants/dash/quotas",
                "{\"overrides\": {\"requestsPerMinute\": 3, \"requestsPerDay\": 0}}");
        database.execute(
                "INSERT INTO quota_ledger (tenant_id, last_reading_us, minute_sum, minute_slots, month_count, month_end_us) SELECT 'dash', s * 1000000, 1, (SELECT array_agg(CASE WHEN i = s % 63 THEN 1 ELSE 0 END ORDER BY i) FROM generate_series(0, 62) i), 1, (s + 86400) * 1000000 FROM (SELECT extract(epoch FROM now())::bigint AS s) c");
        JsonNode usage = admin.get("/api/admin/metrics/dash").get("usage");
        assertThat(usage.get("minute").toString()).isEqualTo("{\"current\":1,\"limit\":3,\"percentage\":33.33}");
        assertThat(usage.get("day").get("percentage").asDecimal()).isEqualByComparingTo("100");
        assertThat(usage.get("month").get("current").asInt()).isEqualTo(1);
        database.execute(
                "UPDATE quota_ledger SET month_count = month_count + 40 WHERE tenant_id = 'dash'; INSERT INTO quota_reserves SELECT tenant_id, policy, 'g:1', 40, day_start_us, month_start_us, month_end_us FROM quota_ledger WHERE tenant_id = 'dash'");
        assertThat(admin.get("/api/admin/metrics/dash")
                        .get("usage")
                        .get("month")
                        .get("current")
                        .asInt())
                .as("what a gateway has set aside is not used")
                .isEqualTo(1);
        database.execute(
                "INSERT INTO tenant_quota_violations (tenant_id, quota_type, limit_value, current_value, route, violated_at) SELECT 'dash', 'requests_per_' || q, 1, 1, r, '2026-01-01 00:00Z'::timestamptz + m * INTERVAL '1 minute' FROM unnest(ARRAY['minute', 'day']) q, unnest(ARRAY['', 'things']) r, generate_series(1, 3) m");
        String cursor = "";
        int seen = 0;
        do {
            JsonNode page = admin.get("/v1/tenants/dash/violations?limit=5" + cursor);
            seen += page.get("items").size();
            cursor =
                    page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asString() : "";
        } while (!cursor.isEmpty());
        assertThat(seen).isEqualTo(12);
        assertThat(admin.get(
                                "/v1/tenants/dash/violations?quota=requests_per_day&route=things&from=2026-01-01T00:02:00Z")
                        .get("items")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void withoutTheDatabaseEveryReadAndWriteIsA503Problem() throws Exception {
        try (AdminFixture away = new AdminFixture(database, "jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1")) {
            for (String method : List.of("GET", "POST")) {
                HttpResponse<String> answer = away.send(method, "/v1/tenants", "{}");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
        }
    }
}
