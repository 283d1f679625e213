package dev.tollgate.ingest.intake;

import java.time.YearMonth;
import java.util.Set;

/// Months of the past whose raw rows are sealed, exported or dropped.
@FunctionalInterface
public interface ClosedMonths {

    /// Months (UTC) that take no more events. Throws `IntakeUnavailableException` when it cannot tell.
    Set<YearMonth> all();
}
