package dev.tollgate.bench.gateway;

import java.util.function.ToDoubleFunction;

/// One ABBA pair: both sides ran twice, `a` first and last, so that what drifts evenly touches both alike.
record Pair(Measurement a, Measurement b) {

    double ratio(ToDoubleFunction<Measurement> metric) {
        return metric.applyAsDouble(a) / metric.applyAsDouble(b);
    }
}
