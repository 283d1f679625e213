package dev.tollgate.gateway.admission;

/// The four limits of a tenant in tests.
public record Limits(long minute, long hour, long day, long month) {

    /// So many that no test reaches them.
    public static final long PLENTY = 1_000_000;

    public static Limits perMinute(long minute) {
        return new Limits(minute, PLENTY, PLENTY, PLENTY);
    }

    public static Limits perDay(long day) {
        return new Limits(PLENTY, PLENTY, day, PLENTY);
    }

    long of(QuotaWindow window) {
        return switch (window) {
            case MINUTE -> minute;
            case HOUR -> hour;
            case DAY -> day;
            case MONTH -> month;
        };
    }
}
