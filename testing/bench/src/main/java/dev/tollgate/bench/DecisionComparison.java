package dev.tollgate.bench;

import java.util.Collection;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs `DecisionBenchmark` and reports time and allocated bytes of one decision, and its time ÷ that of Bucket4j.
public final class DecisionComparison {

    private static final double NANOS_AT_MOST = 100;
    private static final double BYTES_AT_MOST = 64;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private DecisionComparison() {}

    /// @param quick one fork and short iterations
    public static void run(boolean quick) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(DecisionBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class);
        if (quick) {
            options.forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.seconds(1));
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        String note = quick ? ", quick" : "";
        double gate = nanos(results, "gate");
        Results.report("quota decision, 100,000 tenants", gate, NANOS_AT_MOST, "ns per decision" + note);
        Results.report(
                "quota decision, 100,000 tenants, allocated",
                bytes(results, "gate"),
                BYTES_AT_MOST,
                "bytes per decision" + note);
        Results.show("of it, choosing the tenant", nanos(results, "choice"), "ns per decision" + note);
        double bucket4j = nanos(results, "bucket4j");
        Results.show("Bucket4j, the same four limits", bucket4j, "ns per decision" + note);
        Results.show(
                "Bucket4j, the same four limits, allocated", bytes(results, "bucket4j"), "bytes per decision" + note);
        Results.show("quota decision ÷ Bucket4j", gate / bucket4j, "ratio of ns per decision" + note);
    }

    private static double nanos(Collection<RunResult> results, String method) {
        return find(results, method).getPrimaryResult().getScore();
    }

    private static double bytes(Collection<RunResult> results, String method) {
        return Objects.requireNonNull(
                        find(results, method).getSecondaryResults().get(ALLOCATED))
                .getScore();
    }

    private static RunResult find(Collection<RunResult> results, String method) {
        return results.stream()
                .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
                .findFirst()
                .orElseThrow();
    }
}
