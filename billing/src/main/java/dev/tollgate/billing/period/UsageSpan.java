package dev.tollgate.billing.period;

import java.time.Instant;

/// A part of a period whose usage is counted on its own.
///
/// @param spanNo the number of the plan span from 0, or -1, -2, … for days without a plan
public record UsageSpan(int spanNo, Instant from, Instant to) {

    public boolean hasPlan() {
        return spanNo >= 0;
    }
}
