package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;

/// The spans over which requests are counted: minute and hour slide, day and month are calendar windows in the
/// tenant's time zone.
public enum QuotaWindow {
    MINUTE("requests_per_minute", Duration.ofMinutes(1)),
    HOUR("requests_per_hour", Duration.ofHours(1)),
    DAY("requests_per_day", Duration.ofDays(1)),
    MONTH("requests_per_month", Duration.ofDays(30));

    private final String quotaType;
    private final Duration nominalLength;

    QuotaWindow(String quotaType, Duration nominalLength) {
        this.quotaType = quotaType;
        this.nominalLength = nominalLength;
    }

    /// The quota's name in the database and in headers.
    public String quotaType() {
        return quotaType;
    }

    /// The name of this window's quota under a route policy: `search.requests_per_minute`; without one just the type.
    public String quotaOf(String routePolicy) {
        return routePolicy.isEmpty() ? quotaType : routePolicy + '.' + quotaType;
    }

    /// The window's length; for calendar windows the usual one, since real days and months differ.
    public Duration nominalLength() {
        return nominalLength;
    }

    /// This window's limit under a policy.
    long limitOf(QuotaPolicy policy) {
        return switch (this) {
            case MINUTE -> policy.requestsPerMinute();
            case HOUR -> policy.requestsPerHour();
            case DAY -> policy.requestsPerDay();
            case MONTH -> policy.requestsPerMonth();
        };
    }

    /// Whether the window is a calendar's; else it slides.
    boolean isCalendar() {
        return this == DAY || this == MONTH;
    }
}
