package dev.tollgate.aggregator.reconcile.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tollgate.aggregator.reconcile.StoredFinding;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/// A finding as JSON.
///
/// @param expected counts by name; a fingerprint is a text, as everywhere
/// @param actual likewise
@JsonInclude(JsonInclude.Include.NON_NULL)
record FindingView(
        long id,
        String kind,
        @Nullable String tenantId,
        @Nullable String hour,
        @Nullable String source,
        @Nullable Long sequenceFrom,
        @Nullable Long sequenceTo,
        Map<String, JsonNode> expected,
        Map<String, JsonNode> actual,
        String firstSeenAt,
        String lastSeenAt,
        int timesSeen,
        @Nullable UUID periodId,
        @Nullable String resolvedAt,
        @Nullable String resolution) {

    private static final Pattern WORD = Pattern.compile("_([a-z])");
    private static final String FINGERPRINT = "fingerprint";

    static FindingView of(StoredFinding finding) {
        return new FindingView(
                finding.id(),
                finding.kind().wireName(),
                finding.tenantId(),
                text(finding.hour()),
                finding.source(),
                finding.sequenceFrom(),
                finding.sequenceTo(),
                counts(finding.expected()),
                counts(finding.actual()),
                finding.firstSeenAt().toString(),
                finding.lastSeenAt().toString(),
                finding.timesSeen(),
                finding.periodId(),
                text(finding.resolvedAt()),
                finding.resolution());
    }

    static @Nullable String text(@Nullable Instant moment) {
        return moment == null ? null : moment.toString();
    }

    private static Map<String, JsonNode> counts(String json) {
        Map<String, JsonNode> counts = new TreeMap<>();
        JsonMapper.shared()
                .readTree(json)
                .properties()
                .forEach(count -> counts.put(
                        WORD.matcher(count.getKey())
                                .replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT)),
                        count.getKey().equals(FINGERPRINT)
                                ? StringNode.valueOf(count.getValue().asString())
                                : count.getValue()));
        return counts;
    }
}
