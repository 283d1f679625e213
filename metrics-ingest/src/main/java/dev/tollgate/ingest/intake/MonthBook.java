package dev.tollgate.ingest.intake;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says of one batch which events come too late for their month. The months are read once, and only when an event is
/// of a month that has ended, since no other can be closed. For one thread.
final class MonthBook {

    private final ClosedMonths closedMonths;
    private final YearMonth current;
    private @Nullable Set<YearMonth> closed;

    MonthBook(ClosedMonths closedMonths, Instant now) {
        this.closedMonths = closedMonths;
        this.current = monthOf(now);
    }

    /// The month of that time if it takes no more events.
    Optional<YearMonth> closed(Instant time) {
        YearMonth month = monthOf(time);
        if (!month.isBefore(current)) {
            return Optional.empty();
        }
        if (closed == null) {
            closed = closedMonths.all();
        }
        return closed.contains(month) ? Optional.of(month) : Optional.empty();
    }

    private static YearMonth monthOf(Instant time) {
        return YearMonth.from(time.atOffset(ZoneOffset.UTC));
    }
}
