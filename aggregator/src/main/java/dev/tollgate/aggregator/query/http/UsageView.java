package dev.tollgate.aggregator.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tollgate.aggregator.query.UsageQuery;
import dev.tollgate.aggregator.query.UsageRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A page of usage as JSON.
@JsonInclude(JsonInclude.Include.NON_NULL)
record UsageView(
        String tenantId,
        String window,
        String timeZone,
        List<Map<String, Object>> items,
        @Nullable String nextCursor) {

    static UsageView of(UsageQuery query, List<UsageRow> rows, @Nullable String nextCursor) {
        return new UsageView(
                query.tenantId(),
                query.window().wireName(),
                query.zone().getId(),
                rows.stream().map(row -> item(query, row)).toList(),
                nextCursor);
    }

    private static Map<String, Object> item(UsageQuery query, UsageRow row) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("start", row.start().toString());
        item.put("end", row.end().toString());
        for (int i = 0; i < row.groups().size(); i++) {
            item.put(query.groupBy().get(i).wireName(), row.groups().get(i));
        }
        item.put("totalRequests", row.totalRequests());
        item.put("billableRequests", row.billableRequests());
        item.put("successfulRequests", row.successfulRequests());
        item.put("failedRequests", row.failedRequests());
        item.put("aiRequests", row.aiRequests());
        item.put("units", row.units());
        item.put("dbQueries", row.dbQueries());
        item.put("bytesSent", row.bytesSent());
        item.put("bytesReceived", row.bytesReceived());
        optional(item, "avgDurationMs", row.avgDurationMs());
        optional(item, "p50DurationMs", row.p50DurationMs());
        optional(item, "p95DurationMs", row.p95DurationMs());
        optional(item, "p99DurationMs", row.p99DurationMs());
        return item;
    }

    private static void optional(Map<String, Object> item, String name, @Nullable Long value) {
        if (value != null) {
            item.put(name, value);
        }
    }
}
