package dev.tollgate.ingest.partition;

import java.time.YearMonth;
import java.util.SortedSet;

/// The month partitions of the raw table. Months are UTC.
public interface Months {

    /// Makes the month if it is missing; true when it made it. A month that was dropped stays so. Several instances
    /// may ask at once.
    boolean ensure(YearMonth month);

    /// The months that there are.
    SortedSet<YearMonth> made();
}
