package dev.tollgate.bench.metering;

import dev.tollgate.bench.Results;
import dev.tollgate.bench.gateway.Ratio;
import java.util.List;
import java.util.OptionalLong;

/// Prints what was measured, for people, and the results.
final class MeteringReport {

    private static final double MB = 1 << 20;

    private MeteringReport() {}

    /// One round: a run of either side.
    record Round(Drained a, Drained b) {
        double ratio() {
            return a.perSecond() / b.perSecond();
        }
    }

    static void pair(MeteringPair pair) {
        System.out.printf("%n== %s%n", pair.name());
    }

    static void run(String side, Drained drained) {
        System.out.printf(
                "  %-28s %7.0f events/s over %5.1f s; CPU-seconds: side %.1f, PostgreSQL %.1f, broker %.1f; RSS ≤ %.0f"
                        + " MB%s%n",
                side,
                drained.perSecond(),
                drained.wallUs() / 1e6,
                drained.cpuUs() / 1e6,
                drained.postgresUs() / 1e6,
                drained.brokerUs() / 1e6,
                drained.rssBytes() / MB,
                heap(drained.heapBytes()));
    }

    static void pairResult(MeteringPair pair, List<Round> rounds, boolean quick) {
        System.out.println("  commands:");
        rounds.getFirst().a().commands().forEach(command -> System.out.println("    a: " + command));
        rounds.getFirst().b().commands().forEach(command -> System.out.println("    b: " + command));
        Ratio ratio = new Ratio(rounds.stream().map(Round::ratio).sorted().toList());
        Ratio rate = new Ratio(
                rounds.stream().map(round -> round.a().perSecond()).sorted().toList());
        System.out.printf(
                "  ratio: median %.3f, spread %.1f %% over %d rounds%s%n",
                ratio.median(), 100 * ratio.spread(), rounds.size(), ratio.isNoisy() ? ", NOISY" : "");
        Results.reportAtLeast(
                pair.name(), ratio.median(), pair.ratioAtLeast(), unit("ratio of events per second", ratio, quick));
        pair.perSecondAtLeast()
                .ifPresent(goal -> Results.reportAtLeast(
                        pair.a().name() + ", beside " + pair.b().name(),
                        rate.median(),
                        goal,
                        unit("events per second", rate, quick)));
        rounds.stream()
                .flatMapToLong(round -> round.a().heapBytes().stream())
                .max()
                .ifPresent(bytes -> Results.report(
                        pair.a().name() + ", heap in use", bytes / MB, JavaProcess.HEAP_BYTES_MAX / MB, "MB"));
    }

    private static String heap(OptionalLong bytes) {
        return bytes.isEmpty() ? "" : ", heap ≤ %.0f MB".formatted(bytes.getAsLong() / MB);
    }

    private static String unit(String unit, Ratio ratio, boolean quick) {
        return unit
                + (ratio.isNoisy() ? ", noisy: spread %.0f %%".formatted(100 * ratio.spread()) : "")
                + (quick ? ", quick" : "");
    }
}
