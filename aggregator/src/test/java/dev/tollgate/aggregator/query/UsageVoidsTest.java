package dev.tollgate.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.UuidV7;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Usage of hours in which events were taken back, from buckets and from raw rows.
class UsageVoidsTest {

    private static final List<String> MEMBERS = List.of(
            "totalRequests",
            "billableRequests",
            "successfulRequests",
            "failedRequests",
            "aiRequests",
            "units",
            "dbQueries",
            "bytesSent",
            "bytesReceived",
            "avgDurationMs",
            "p50DurationMs",
            "p95DurationMs",
            "p99DurationMs");

    /// Total, billable, successful, failed, AI, units, db queries, bytes sent and received, average, p50, p95, p99.
    private static final String TEN = "2 1 2 0 0 1 3 150 15 25 10 40 40";

    private static final String ELEVEN = "0 0 0 0 0 3 4 0 0 - - - -";
    private static final String BOTH = "2 1 2 0 0 4 7 150 15 25 10 40 40";

    private final RunningService running = RunningService.shared();
    private String tenant = "";
    private long sequence;

    UsageVoidsTest() throws SQLException {}

    @Test
    void bucketsAndRawRowsSayTheSame() throws SQLException {
        store("voided-hours");
        assertThat(rows("window=hour", "10:00:00", "12:00:00")).containsExactly("10:00 " + TEN, "11:00 " + ELEVEN);
        assertThat(rows("window=hour", "10:00:00.001", "11:59:59.999"))
                .containsExactly("10:00 " + TEN, "11:00 " + ELEVEN);
        assertThat(rows("window=day", "10:00:00", "12:00:00")).containsExactly("10:00 " + BOTH);
        assertThat(rows("window=day", "10:00:00.001", "11:59:59.999")).containsExactly("10:00 " + BOTH);
        running.execute("DELETE FROM tenant_metrics_raw WHERE tenant_id = ?", tenant);
        assertThat(rows("window=month", "10:00:00", "12:00:00")).containsExactly("10:00 " + BOTH);
    }

    @Test
    void minutesAndGroupsSubtractThem() throws SQLException {
        store("voided-groups");
        running.execute("DELETE FROM tenant_metrics_hourly WHERE tenant_id = ?", tenant);
        assertThat(rows("window=minute", "10:00:00", "11:01:00").stream()
                        .filter(row -> !row.endsWith(" 0 0 0 0 - - - -")))
                .containsExactly(
                        "10:00 1 1 1 0 0 1 1 100 10 10 10 10 10",
                        "10:59 1 0 1 0 0 0 2 50 5 40 40 40 40",
                        "11:00 " + ELEVEN);
        assertThat(rows("window=day&groupBy=route", "10:00:00", "12:00:00"))
                .containsExactly(
                        "10:00  1 0 1 0 0 3 6 50 5 40 40 40 40",
                        "10:00 chat 0 0 0 0 0 0 0 0 0 - - - -",
                        "10:00 orders 1 1 1 0 0 1 1 100 10 10 10 10 10");
        assertThat(rows("window=day&groupBy=statusClass", "10:00:00", "12:00:00"))
                .containsExactly("10:00  " + ELEVEN, "10:00 2xx " + TEN, "10:00 5xx 0 0 0 0 0 0 0 0 0 - - - -");
        assertThat(rows("window=hour&groupBy=method", "10:00:00", "12:00:00"))
                .containsExactly(
                        "10:00 GET " + TEN,
                        "10:00 POST 0 0 0 0 0 0 0 0 0 - - - -",
                        "11:00  " + ELEVEN,
                        "11:00 GET 0 0 0 0 0 0 0 0 0 - - - -");
    }

    private void store(String newTenant) throws SQLException {
        tenant = newTenant;
        running.tenant(tenant, "UTC");
        RequestEvent failed = request("10:00:20", "orders", "POST", 500, 200, 1, 2, 51);
        RequestEvent chat = event(EventType.AI_REQUEST, "10:30:00", "chat", "POST", 200, 90, 7, 0, 1_000);
        RequestEvent only = request("11:00:00", "orders", "GET", 200, 30, 1, 1, 9);
        List<RequestEvent> events = new ArrayList<>(List.of(
                request("10:00:10", "orders", "GET", 200, 10, 1, 1, 100),
                failed,
                chat,
                request("10:59:59", null, "GET", 200, 40, 0, 2, 50),
                only,
                event(EventType.DB_QUERY, "11:00:01", null, null, null, 5, 3, 4, 0)));
        for (RequestEvent voided : List.of(failed, chat, only)) {
            events.add(voided.voided(UuidV7.of(voided.eventTimeMs(), sequence, sequence), voided.source(), ++sequence));
        }
        running.store(events);
    }

    private RequestEvent request(
            String time,
            @Nullable String route,
            String method,
            int status,
            long ms,
            long units,
            long queries,
            long sent) {
        return event(EventType.API_REQUEST, time, route, method, status, ms, units, queries, sent);
    }

    /// Receives a tenth of what it sends.
    private RequestEvent event(
            EventType type,
            String time,
            @Nullable String route,
            @Nullable String method,
            @Nullable Integer status,
            long ms,
            long units,
            long queries,
            long sent) {
        Instant moment = Instant.parse("2015-07-01T" + time + "Z");
        return new RequestEvent(
                UuidV7.of(moment.toEpochMilli(), sequence, sequence),
                tenant,
                null,
                type,
                "/v1/things",
                method,
                route,
                ms,
                queries,
                null,
                status,
                sent,
                sent / 10,
                null,
                units,
                moment,
                tenant + ".0",
                ++sequence,
                null);
    }

    /// Each row: its minute, its groups, its members.
    private List<String> rows(String query, String from, String to) {
        String path = "/v1/usage?tenant=" + tenant + "&limit=500&from=2015-07-01T" + from + "Z&to=2015-07-01T" + to
                + "Z&" + query;
        return running.pages(path, running.staff()).stream()
                .map(UsageVoidsTest::row)
                .toList();
    }

    private static String row(JsonNode row) {
        Stream<String> groups = Stream.of("route", "method", "statusClass")
                .filter(row::has)
                .map(group -> row.path(group).stringValue());
        Stream<String> members = MEMBERS.stream().map(member -> row.path(member).asString("-"));
        return row.path("start").stringValue().substring(11, 16) + " "
                + Stream.concat(groups, members).collect(Collectors.joining(" "));
    }
}
