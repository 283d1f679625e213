package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.QuotaFields;
import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns limits of a request into JSON that has the table's columns as members; what is absent stays absent.
final class QuotaJson {

    private static final int WORD_CHARS_MAX = 32;

    /// The members of a route policy.
    static final Set<String> OF_ROUTES = joined(QuotaFields.REQUESTS, QuotaFields.MODES);

    private static final Set<String> OF_TENANTS = joined(
            QuotaFields.REQUESTS,
            QuotaFields.RESOURCES,
            QuotaFields.FEATURES,
            QuotaFields.MODES,
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
        for (String member : joined(QuotaFields.MODES, List.of(QuotaFields.TIER))) {
            limits.optionalText(member, WORD_CHARS_MAX)
                    .ifPresent(word -> columns.put(QuotaFields.column(member), word));
        }
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

    @SafeVarargs
    private static Set<String> joined(List<String>... members) {
        Set<String> all = new HashSet<>();
        for (List<String> each : members) {
            all.addAll(each);
        }
        return Set.copyOf(all);
    }
}
