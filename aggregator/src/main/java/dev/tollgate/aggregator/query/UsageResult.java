package dev.tollgate.aggregator.query;

import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a query for usage is answered.
public sealed interface UsageResult {

    /// A page in the order of windows, then of groups.
    ///
    /// @param next where the next page begins; null on the last one
    record Found(List<UsageRow> rows, @Nullable UsagePlace next) implements UsageResult {
        public Found {
            rows = List.copyOf(rows);
        }
    }

    /// The query reads more than it may in `timeout`.
    record TooMuch(Duration timeout) implements UsageResult {}

    /// The query needs raw events of a month (UTC) of which only whole hours are kept.
    record Archived(YearMonth month) implements UsageResult {}
}
