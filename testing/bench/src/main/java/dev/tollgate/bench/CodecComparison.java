package dev.tollgate.bench;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Runs `CodecBenchmark` and reports time of the codec ÷ time of data binding. With its checks (UUID, time, character
/// rules, duplicate keys) the codec may cost as much as binding without any.
final class CodecComparison {

    private static final double GOAL_AT_MOST = 1.0;

    private CodecComparison() {}

    static void run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CodecBenchmark.class.getSimpleName())
                        .build())
                .run();
        double codec = score(results, "codec");
        double dataBinding = score(results, "dataBinding");
        Results.report("codec ÷ data binding", codec / dataBinding, GOAL_AT_MOST, "ratio of ns per event");
    }

    private static double score(Collection<RunResult> results, String method) {
        return results.stream()
                .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
                .findFirst()
                .orElseThrow()
                .getPrimaryResult()
                .getScore();
    }
}
