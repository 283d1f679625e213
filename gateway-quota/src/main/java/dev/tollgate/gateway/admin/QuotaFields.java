package dev.tollgate.gateway.admin;

import java.util.List;
import java.util.Locale;

/// The members of limits in the API and the columns that hold them: `requestsPerMinute` is `requests_per_minute`.
public final class QuotaFields {

    /// Limits of requests, which route policies have too; whole numbers from 0.
    public static final List<String> REQUESTS =
            List.of("requestsPerMinute", "requestsPerHour", "requestsPerDay", "requestsPerMonth");

    /// The other limits of a tenant; whole numbers from 0.
    public static final List<String> RESOURCES = List.of("dbQueriesPerHour", "dbStorageMb");

    public static final List<String> FEATURES =
            List.of("advancedAnalyticsEnabled", "aiFeaturesEnabled", "customIntegrationsEnabled");

    /// What is done about a limit: `enforce` or `shadow`; and while the ledger is away: `fair-share`, `closed`, `open`.
    public static final List<String> MODES = List.of("enforcement", "slidingFallback", "calendarFallback");

    public static final String TIER = "tier";
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
