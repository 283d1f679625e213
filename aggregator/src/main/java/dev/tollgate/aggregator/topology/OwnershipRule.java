package dev.tollgate.aggregator.topology;

import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.schema.contract.LogPosition;
import org.jspecify.annotations.Nullable;

/// Who owns an hour: the stream as long as the broker's time of a record lies within 72 h of the hour, before or
/// after, and the stream's state reaches back to the hour's start; otherwise the raw table.
///
/// Hours are forgotten 24 h after the stream ceased to own them, by the broker's time. A partition therefore keeps at
/// most 72 + 24 h of the past and 24 h of the future (the validation's limit), and a broker's clock that steps back
/// by less than the margin finds every hour it may add to.
///
/// @param bornMs the stream's state holds everything of hours from here on; `Long.MIN_VALUE` when it saw the log's
/// start
/// @param keptFromMs hours before this one were forgotten
public record OwnershipRule(long bornMs, long keptFromMs) {

    public static final long WINDOW_MS = 72 * Hours.HOUR_MS;
    public static final long MARGIN_MS = 24 * Hours.HOUR_MS;

    /// The position of the first record that a topic can hold, in its first generation.
    public static final long LOG_START = LogPosition.of(1, 0);

    /// The rule of a partition without state, at the first record that it meets. A log met from its very start has no
    /// past; else an hour that began before may lack events that nobody here has seen, so the next full hour is the
    /// first that the stream owns.
    public static OwnershipRule bornAt(long logPosition, long brokerTimeMs) {
        long born = logPosition == LOG_START ? Long.MIN_VALUE : Hours.floor(brokerTimeMs) + Hours.HOUR_MS;
        return new OwnershipRule(born, born);
    }

    /// Null when the stream owns the hour, else why not.
    public @Nullable StaleReason refuse(long hourMs, long brokerTimeMs) {
        if (hourMs < bornMs) {
            return StaleReason.NO_STATE;
        }
        boolean within = hourMs + Hours.HOUR_MS + WINDOW_MS > brokerTimeMs && hourMs - WINDOW_MS < brokerTimeMs;
        return within && hourMs >= keptFromMs ? null : StaleReason.LATE;
    }

    /// The rule once the broker's time has reached `brokerTimeMs`; the same one when no further hour can be forgotten.
    public OwnershipRule at(long brokerTimeMs) {
        long keptFrom = Hours.floor(brokerTimeMs - WINDOW_MS - MARGIN_MS);
        return keptFrom > keptFromMs ? new OwnershipRule(bornMs, keptFrom) : this;
    }
}
