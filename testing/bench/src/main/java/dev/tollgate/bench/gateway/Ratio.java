package dev.tollgate.bench.gateway;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The ratios of one metric over all pairs.
public record Ratio(List<Double> sorted) {

    /// A wider spread is measured once more, then marked.
    static final double SPREAD_MAX = 0.15;

    static Ratio of(List<Pair> pairs, ToDoubleFunction<Measurement> metric) {
        return new Ratio(pairs.stream().map(pair -> pair.ratio(metric)).sorted().toList());
    }

    public double median() {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /// (greatest − least) ÷ median.
    public double spread() {
        return (sorted.getLast() - sorted.getFirst()) / median();
    }

    public boolean isNoisy() {
        return spread() > SPREAD_MAX;
    }
}
