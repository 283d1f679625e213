package dev.tollgate.gateway.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The members of limits in the API and the columns that hold them: `requestsPerMinute` is `requests_per_minute`.
public final class QuotaFields {

    /// Limits of requests, which route policies have too; whole numbers from 0.
    public static final List<String> REQUESTS =
            List.of("requestsPerMinute", "requestsPerHour", "requestsPerDay", "requestsPerMonth");

    /// The other limits of a tenant; whole numbers from 0.
    public static final List<String> RESOURCES = List.of("dbQueriesPerHour", "dbStorageMb");

    public static final List<String> FEATURES =
            List.of("advancedAnalyticsEnabled", "aiFeaturesEnabled", "customIntegrationsEnabled");

    private static final Set<String> ENFORCEMENTS = Set.of("enforce", "shadow");
    private static final Set<String> FALLBACKS = Set.of("fair-share", "closed", "open");

    /// What is done about a limit, and while the ledger is away, each with the words that it may be.
    public static final Map<String, Set<String>> MODES =
            Map.of("enforcement", ENFORCEMENTS, "slidingFallback", FALLBACKS, "calendarFallback", FALLBACKS);

    public static final String TIER = "tier";

    public static final Set<String> TIERS = Set.of("free", "starter", "professional", "enterprise", "custom");

    public static final long LIMIT_MAX = 1_000_000_000_000_000L;

    private QuotaFields() {}

    public static String column(String member) {
        StringBuilder column = new StringBuilder(member.length() + 4);
        for (int i = 0; i < member.length(); i++) {
            char letter = member.charAt(i);
            if (Character.isUpperCase(letter)) {
                column.append('_').append(Character.toLowerCase(letter));
            } else {
                column.append(letter);
            }
        }
        return column.toString();
    }

    public static String member(String column) {
        StringBuilder member = new StringBuilder(column.length());
        for (String word : column.split("_", -1)) {
            member.append(member.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return member.toString();
    }
}
