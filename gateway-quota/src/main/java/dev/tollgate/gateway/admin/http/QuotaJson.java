package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.QuotaFields;
import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.ProblemException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns limits of a request into JSON that has the table's columns as members; what is absent stays absent.
final class QuotaJson {

    private static final int WORD_CHARS_MAX = 32;

    /// The members of a route policy.
    static final Set<String> OF_ROUTES = joined(QuotaFields.REQUESTS, QuotaFields.MODES.keySet());

    private static final Set<String> OF_TENANTS = joined(
            QuotaFields.REQUESTS,
            QuotaFields.RESOURCES,
            QuotaFields.FEATURES,
            QuotaFields.MODES.keySet(),
            List.of(QuotaFields.TIER));

    private QuotaJson() {}

    /// The member `overrides` of a body.
    static String overrides(JsonBody body) {
        return columns(body.object("overrides").only(OF_TENANTS));
    }

    static String columns(JsonBody limits) {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        for (String member : joined(QuotaFields.REQUESTS, QuotaFields.RESOURCES)) {
            limits.optionalNumber(member, 0, QuotaFields.LIMIT_MAX)
                    .ifPresent(limit -> columns.put(QuotaFields.column(member), limit.longValue()));
        }
        QuotaFields.MODES.forEach((member, words) -> addWord(limits, member, words, columns));
        addWord(limits, QuotaFields.TIER, QuotaFields.TIERS, columns);
        for (String member : QuotaFields.FEATURES) {
            JsonNode feature = limits.members().path(member);
            if (feature.isBoolean()) {
                columns.put(QuotaFields.column(member), feature.booleanValue());
            } else if (!feature.isMissingNode() && !feature.isNull()) {
                throw ProblemException.field(member, "must be true or false");
            }
        }
        return columns.toString();
    }

    private static void addWord(JsonBody limits, String member, Set<String> words, ObjectNode columns) {
        limits.optionalText(member, WORD_CHARS_MAX).ifPresent(word -> {
            if (!words.contains(word)) {
                throw ProblemException.field(member, "must be one of " + new TreeSet<>(words));
            }
            columns.put(QuotaFields.column(member), word);
        });
    }

    @SafeVarargs
    private static Set<String> joined(Collection<String>... members) {
        Set<String> all = new HashSet<>();
        for (Collection<String> each : members) {
            all.addAll(each);
        }
        return Set.copyOf(all);
    }
}
