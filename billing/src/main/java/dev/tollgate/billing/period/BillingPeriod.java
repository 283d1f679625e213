package dev.tollgate.billing.period;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;

/// A month of one tenant, half-open, in the tenant's time zone.
public record BillingPeriod(String tenantId, YearMonth month, ZoneId zone, Instant startsAt, Instant endsAt) {

    public BillingPeriod {
        if (!startsAt.isBefore(endsAt)) {
            throw new IllegalArgumentException(
                    "tenant " + tenantId + ": " + month + " would start at " + startsAt + " and end at " + endsAt);
        }
    }

    /// @param previousEnd when the tenant's preceding closed period ended. The month starts there, also after a
    ///     change of the time zone: no moment is billed twice or never.
    public static BillingPeriod of(String tenantId, YearMonth month, ZoneId zone, Optional<Instant> previousEnd) {
        return new BillingPeriod(
                tenantId,
                month,
                zone,
                previousEnd.orElseGet(() -> midnight(month.atDay(1), zone)),
                midnight(month.plusMonths(1).atDay(1), zone));
    }

    public LocalDate firstDay() {
        return month.atDay(1);
    }

    /// The first day after the period.
    public LocalDate endDay() {
        return month.plusMonths(1).atDay(1);
    }

    public long days() {
        return month.lengthOfMonth();
    }

    /// The moment at which a local day of the period begins.
    public Instant startOf(LocalDate day) {
        if (day.equals(firstDay())) {
            return startsAt;
        }
        return day.equals(endDay()) ? endsAt : midnight(day, zone);
    }

    /// The first moment of a day, also where daylight saving skips midnight.
    private static Instant midnight(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }
}
