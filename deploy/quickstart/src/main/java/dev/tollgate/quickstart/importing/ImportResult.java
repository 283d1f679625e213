package dev.tollgate.quickstart.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the importer of `metrics-ingest` reports as one JSON document.
///
/// @param lines lines read, good or bad
/// @param repeated lines that an earlier import had brought already
/// @param conflicts lines whose event was accepted before with another content; left out
/// @param bad lines that could not be read as log lines, or whose time lies outside of what the intake takes
/// @param months months (`yyyy-MM`, UTC) that the lines fall into
public record ImportResult(
        long lines,
        long accepted,
        long repeated,
        long conflicts,
        long bad,
        List<BadLine> badExamples,
        List<String> months,
        List<TenantCounts> tenants) {

    /// A line that was refused.
    public record BadLine(long line, String reason) {}

    /// A tenant's lines in the file.
    ///
    /// @param errors answers of 4xx and 5xx
    public record TenantCounts(String tenantId, long requests, long errors, long bytes) {}

    public ImportResult {
        badExamples = List.copyOf(badExamples);
        months = List.copyOf(months);
        tenants = List.copyOf(tenants);
    }

    static ImportResult parse(String json) {
        JsonNode root = new JsonMapper().readTree(json);
        return new ImportResult(
                root.required("lines").asLong(),
                root.required("accepted").asLong(),
                root.required("repeated").asLong(),
                root.required("conflicting").asLong(),
                root.required("bad").asLong(),
                stream(root.required("badLines")).stream()
                        .map(bad -> new BadLine(
                                bad.required("line").asLong(),
                                bad.required("reason").asString()))
                        .toList(),
                stream(root.required("months")).stream().map(JsonNode::asString).toList(),
                stream(root.required("tenants")).stream()
                        .map(tenant -> new TenantCounts(
                                tenant.required("tenantId").asString(),
                                tenant.required("requests").asLong(),
                                tenant.required("errors").asLong(),
                                tenant.required("bytesSent").asLong()))
                        .toList());
    }

    private static List<JsonNode> stream(JsonNode array) {
        return new ArrayList<>(StreamSupport.stream(array.spliterator(), false).toList());
    }
}
