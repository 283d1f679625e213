package dev.tollgate.bench.cost;

import java.math.BigDecimal;

/// What resources are assumed to cost. No vendor's quote: put in your own.
///
/// @param cpuHourUsd one processor for one hour
/// @param gibMonthUsd one GiB on disk for one month
/// @param monthsKept how long rows stay in the tables
record PriceInputs(BigDecimal cpuHourUsd, BigDecimal gibMonthUsd, int monthsKept) {

    private static final BigDecimal USD_MAX = BigDecimal.valueOf(1_000);
    private static final int MONTHS_MAX = 1_200;

    /// When the defaults were assumed.
    static final String ASSUMED_IN = "2026-11";

    /// The months are the fewest that ingest's retention keeps.
    static final PriceInputs ASSUMED = new PriceInputs(new BigDecimal("0.04"), new BigDecimal("0.10"), 14);

    PriceInputs {
        requireUsd("--cpu-hour", cpuHourUsd);
        requireUsd("--gib-month", gibMonthUsd);
        if (monthsKept < 1 || monthsKept > MONTHS_MAX) {
            throw new IllegalArgumentException("--months-kept must be 1 to " + MONTHS_MAX);
        }
    }

    PriceInputs withCpuHourUsd(BigDecimal usd) {
        return new PriceInputs(usd, gibMonthUsd, monthsKept);
    }

    PriceInputs withGibMonthUsd(BigDecimal usd) {
        return new PriceInputs(cpuHourUsd, usd, monthsKept);
    }

    PriceInputs withMonthsKept(long months) {
        return new PriceInputs(cpuHourUsd, gibMonthUsd, (int) Math.min(months, Integer.MAX_VALUE));
    }

    private static void requireUsd(String name, BigDecimal usd) {
        if (usd.signum() < 0 || usd.compareTo(USD_MAX) > 0) {
            throw new IllegalArgumentException(name + " must be 0 to " + USD_MAX + " USD");
        }
    }
}
