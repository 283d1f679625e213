package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;

/// The four limits of a tenant or a route policy in tests.
public record Limits(long minute, long hour, long day, long month) {

    /// So many that no test reaches them.
    public static final long PLENTY = 1_000_000;

    public static Limits perMinute(long minute) {
        return new Limits(minute, PLENTY, PLENTY, PLENTY);
    }

    public static Limits perDay(long day) {
        return new Limits(PLENTY, PLENTY, day, PLENTY);
    }

    /// No limit but one by the hour.
    public static Limits onlyPerHour(long hour) {
        return new Limits(QuotaPolicy.UNLIMITED, hour, QuotaPolicy.UNLIMITED, QuotaPolicy.UNLIMITED);
    }

    /// No limit but one by the day.
    public static Limits onlyPerDay(long day) {
        return new Limits(QuotaPolicy.UNLIMITED, QuotaPolicy.UNLIMITED, day, QuotaPolicy.UNLIMITED);
    }

    public long of(QuotaWindow window) {
        return switch (window) {
            case MINUTE -> minute;
            case HOUR -> hour;
            case DAY -> day;
            case MONTH -> month;
        };
    }

    /// The higher limit in each window.
    Limits atLeast(Limits other) {
        return new Limits(
                Math.max(minute, other.minute),
                Math.max(hour, other.hour),
                Math.max(day, other.day),
                Math.max(month, other.month));
    }
}
