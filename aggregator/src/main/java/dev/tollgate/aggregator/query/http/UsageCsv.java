package dev.tollgate.aggregator.query.http;

import dev.tollgate.aggregator.query.UsageQuery;
import dev.tollgate.aggregator.query.UsageRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows as RFC 4180, UTF-8, with a header line. A text that a spreadsheet would take for a formula is led by an
/// apostrophe.
final class UsageCsv {

    private static final String LINE_END = "\r\n";
    private static final List<String> VALUES = List.of(
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

    private UsageCsv() {}

    static byte[] write(UsageQuery query, List<UsageRow> rows) {
        StringBuilder text = new StringBuilder();
        List<String> header = new ArrayList<>(List.of("start", "end"));
        query.groupBy().forEach(grouping -> header.add(grouping.wireName()));
        header.addAll(VALUES);
        text.append(String.join(",", header)).append(LINE_END);
        for (UsageRow row : rows) {
            text.append(line(row)).append(LINE_END);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String line(UsageRow row) {
        List<String> cells =
                new ArrayList<>(List.of(row.start().toString(), row.end().toString()));
        row.groups().forEach(group -> cells.add(cell(group)));
        for (long count : new long[] {
            row.totalRequests(),
            row.billableRequests(),
            row.successfulRequests(),
            row.failedRequests(),
            row.aiRequests(),
            row.units(),
            row.dbQueries(),
            row.bytesSent(),
            row.bytesReceived()
        }) {
            cells.add(Long.toString(count));
        }
        cells.add(number(row.avgDurationMs()));
        cells.add(number(row.p50DurationMs()));
        cells.add(number(row.p95DurationMs()));
        cells.add(number(row.p99DurationMs()));
        return cells.stream().collect(Collectors.joining(","));
    }

    private static String number(@Nullable Long value) {
        return value == null ? "" : value.toString();
    }

    static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return quoted ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
