package dev.tollgate.ingest.partition;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The raw table's months at their end: sealed, read, dropped. Answers of the database are never waited for so long
/// that ingest would feel it.
public interface RawMonths {

    /// Does the work while no other instance does such; false, and nothing done, when one does.
    boolean alone(Runnable work);

    /// Why the month must stay; empty when nothing holds it.
    List<String> holds(YearMonth month);

    /// Lets the month take no more events; true also when it takes none already, false when somebody was in the way.
    boolean seal(YearMonth month);

    /// What is recorded of the month's export.
    Optional<MonthExport> exported(YearMonth month);

    /// When a month was last exported.
    Optional<Instant> lastExport();

    /// Writes the month as CSV: a line of column names, then the rows in the order of the table's key.
    void copy(YearMonth month, OutputStream out) throws IOException;

    /// What each tenant has in the month, in the order in which `copy` writes them.
    void totals(YearMonth month, Consumer<TenantTotals> each);

    /// Records an export; throws when the table has other numbers.
    void record(MonthExport export);

    /// Drops the month that was exported; false when somebody was in the way. Throws when something holds it.
    boolean drop(MonthExport export);
}
