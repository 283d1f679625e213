package dev.tollgate.ingest.partition;

import java.time.YearMonth;

/// The month partitions of the raw table. Months are UTC.
public interface Months {

    /// Makes the month if it is missing; true when it made it. Several instances may ask at once.
    boolean ensure(YearMonth month);

    boolean exists(YearMonth month);
}
