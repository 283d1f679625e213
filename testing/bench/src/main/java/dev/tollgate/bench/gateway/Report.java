package dev.tollgate.bench.gateway;

import java.util.List;
import java.util.Map;

/// Prints what was measured, for people.
final class Report {

    /// Threads that took less than this share of a side's CPU are not listed.
    private static final double SHARE_SHOWN_MIN = 0.005;

    private Report() {}

    static void sides(Comparison comparison) {
        System.out.printf(
                "%n== %s ÷ %s%n", comparison.a().name(), comparison.b().name());
        for (Side side : List.of(comparison.a(), comparison.b())) {
            System.out.printf("  %s: %s%n", side.name(), side.version());
            side.commands().forEach(command -> System.out.println("    " + command));
        }
        System.out.println("  client of both: "
                + String.join(
                        " ",
                        comparison
                                .client()
                                .command(
                                        comparison.a().port(),
                                        comparison.options().runSeconds())));
    }

    static void pairs(List<Pair> pairs) {
        System.out.println("  pair |  CPU µs per request |  requests per second |      p50 ms |      p99 ms");
        for (int i = 0; i < pairs.size(); i++) {
            Measurement a = pairs.get(i).a();
            Measurement b = pairs.get(i).b();
            System.out.printf(
                    "  %4d | %6.2f %6.2f %5.3f | %7.0f %7.0f %4.2f | %5.2f %5.2f | %5.2f %5.2f%n",
                    i + 1,
                    a.cpuUsPerRequest(),
                    b.cpuUsPerRequest(),
                    pairs.get(i).ratio(Measurement::cpuUsPerRequest),
                    a.requestsPerSecond(),
                    b.requestsPerSecond(),
                    pairs.get(i).ratio(Measurement::requestsPerSecond),
                    a.p50Us() / 1_000,
                    b.p50Us() / 1_000,
                    a.p99Us() / 1_000,
                    b.p99Us() / 1_000);
        }
        Measurement all = pairs.stream().map(Pair::a).reduce(Measurement::plus).orElseThrow();
        System.out.printf(
                "  of the first, per request: publishing to Kafka %.2f µs; beside it on the other cores, PostgreSQL"
                        + " and Kafka themselves %.2f µs%n",
                all.publishingUsPerRequest(), all.behindUsPerRequest());
        System.out.println("  of the first, by thread: " + threads(all));
    }

    static void ratio(String what, Ratio ratio) {
        System.out.printf(
                "  %s: median %.3f, spread %.1f %%%s%n",
                what, ratio.median(), 100 * ratio.spread(), ratio.isNoisy() ? ", NOISY" : "");
    }

    private static String threads(Measurement all) {
        return String.join(
                ", ",
                all.cpu().threadsUs().entrySet().stream()
                        .filter(thread ->
                                thread.getValue() > SHARE_SHOWN_MIN * all.cpu().totalUs())
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .map(thread ->
                                "%s %.2f µs".formatted(thread.getKey(), thread.getValue() / (double) all.requests()))
                        .toList());
    }
}
