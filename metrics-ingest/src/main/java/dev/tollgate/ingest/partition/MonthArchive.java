package dev.tollgate.ingest.partition;

import java.io.IOException;
import java.io.OutputStream;
import java.time.YearMonth;
import java.util.function.Consumer;

/// Where exported months lie.
public interface MonthArchive {

    /// Whether the file of that export is there, byte for byte.
    boolean has(MonthExport export);

    /// Writes the rows, reads them back, and compares every tenant with the table's totals; throws
    /// `IllegalStateException` that names the tenant when they differ. What it answers outlives a power failure.
    MonthExport write(YearMonth month, Rows rows, Totals totals);

    /// Gives the month as CSV.
    @FunctionalInterface
    interface Rows {
        void copyTo(OutputStream out) throws IOException;
    }

    /// Gives the table's totals by tenant, in the order of the rows.
    @FunctionalInterface
    interface Totals {
        void forEach(Consumer<TenantTotals> each);
    }
}
