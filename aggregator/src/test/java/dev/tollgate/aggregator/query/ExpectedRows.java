package dev.tollgate.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Holds rows of an answer against what events add up to.
final class ExpectedRows {

    private ExpectedRows() {}

    static List<RequestEvent> within(List<RequestEvent> events, Instant start, Instant end) {
        return events.stream()
                .filter(event ->
                        !event.eventTime().isBefore(start) && event.eventTime().isBefore(end))
                .toList();
    }

    static long sum(List<JsonNode> rows, String member) {
        return rows.stream().mapToLong(row -> row.path(member).longValue()).sum();
    }

    static void assertSums(JsonNode row, List<RequestEvent> events) {
        Map<String, Function<HourlyBucket, @Nullable Object>> members = new LinkedHashMap<>();
        members.put("totalRequests", HourlyBucket::totalRequests);
        members.put("billableRequests", HourlyBucket::billableRequests);
        members.put("successfulRequests", HourlyBucket::successfulRequests);
        members.put("failedRequests", HourlyBucket::failedRequests);
        members.put("aiRequests", HourlyBucket::aiRequests);
        members.put("units", HourlyBucket::units);
        members.put("dbQueries", HourlyBucket::totalDbQueries);
        members.put("bytesSent", HourlyBucket::totalBytesSent);
        members.put("bytesReceived", HourlyBucket::totalBytesReceived);
        members.put("p50DurationMs", HourlyBucket::p50DurationMs);
        members.put("p95DurationMs", HourlyBucket::p95DurationMs);
        members.put("p99DurationMs", HourlyBucket::p99DurationMs);
        HourlyBucket expected = events.isEmpty() ? null : RunningService.sum(events);
        members.forEach((member, value) -> {
            Object wanted = expected == null ? Long.valueOf(0) : value.apply(expected);
            assertThat(row.path(member).asLong(0))
                    .as(member + " of " + row)
                    .isEqualTo(wanted == null ? Long.valueOf(0) : wanted);
        });
    }
}
