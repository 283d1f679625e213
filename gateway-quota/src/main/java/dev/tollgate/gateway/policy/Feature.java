package dev.tollgate.gateway.policy;

import java.util.Arrays;
import java.util.List;

/// What a plan may include beside quotas; a route can be open only to tenants that have one.
public enum Feature {
    ADVANCED_ANALYTICS("advanced_analytics"),
    AI_FEATURES("ai_features"),
    CUSTOM_INTEGRATIONS("custom_integrations");

    private static final List<String> NAMES =
            Arrays.stream(values()).map(Feature::featureName).toList();

    private final String featureName;

    Feature(String featureName) {
        this.featureName = featureName;
    }

    /// Its name in settings and problems; the database's column is `<name>_enabled`.
    public String featureName() {
        return featureName;
    }

    /// All names.
    public static List<String> names() {
        return NAMES;
    }
}
