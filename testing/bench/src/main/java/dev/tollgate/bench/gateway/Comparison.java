package dev.tollgate.bench.gateway;

import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Two sides under the same load in turns. Both stand ready all the time; the one that is not loaded idles.
///
/// @param behind the processes of PostgreSQL and Kafka
record Comparison(Side a, Side b, LoadClient client, List<Long> behind, BenchOptions options) {

    private static final Duration READY_WITHIN = Duration.ofSeconds(120);

    /// A side is warm when its compilers take less than this share of its CPU.
    private static final double COMPILING_SHARE_MAX = 0.02;

    private static final List<String> COMPILER_THREADS = List.of("C1 Compiler", "C2 Compiler");

    /// The longest warm-up, as a multiple of the shortest.
    private static final int WARM_UP_FACTOR_MAX = 6;

    /// How often a run in which something failed is repeated.
    private static final int REPEATED_MAX = 2;

    /// Waits until both sides answer as they should, and loads both until their code is compiled; a cold side may
    /// refuse requests. False when a side still compiles much at the end of the longest warm-up.
    boolean prepare() {
        awaitReady(a, BenchTenants.key(1));
        awaitReady(b, BenchTenants.key(1));
        boolean warmA = warmUp(a);
        boolean warmB = warmUp(b);
        return warmA && warmB;
    }

    private boolean warmUp(Side side) {
        int seconds = 0;
        double compilingShare = 1;
        while (seconds < options.warmUpSeconds()
                || (compilingShare > COMPILING_SHARE_MAX && seconds < WARM_UP_FACTOR_MAX * options.warmUpSeconds())) {
            CpuTime cpu = attempt(side).measurement().cpu();
            compilingShare = cpu.ofThreadsUs(COMPILER_THREADS) / (double) cpu.totalUs();
            seconds += options.runSeconds();
        }
        System.out.printf(
                "  %s warmed up for %d s, its compilers then at %.1f %% of its CPU%n",
                side.name(), seconds, 100 * compilingShare);
        return compilingShare <= COMPILING_SHARE_MAX;
    }

    /// Measures all pairs; once more if the metric that has the goal is too noisy.
    List<Pair> measure(ToDoubleFunction<Measurement> metric) {
        List<Pair> pairs = measureOnce();
        Ratio ratio = Ratio.of(pairs, metric);
        if (!ratio.isNoisy()) {
            return pairs;
        }
        System.out.printf("  spread %.0f %%, once more%n", 100 * ratio.spread());
        return measureOnce();
    }

    private List<Pair> measureOnce() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < options.pairs(); i++) {
            Measurement firstA = run(a);
            Measurement firstB = run(b);
            Measurement secondB = run(b);
            Measurement secondA = run(a);
            pairs.add(new Pair(firstA.plus(secondA), firstB.plus(secondB)));
        }
        return pairs;
    }

    /// Throws when some request failed in every attempt: a side that refuses work must not look fast.
    private Measurement run(Side side) {
        for (int repeated = 0; ; repeated++) {
            Attempt attempt = attempt(side);
            if (attempt.run().isClean()) {
                return attempt.measurement();
            }
            String failure = side.name() + " did not answer every request as it should: "
                    + attempt.run().errors();
            if (repeated == REPEATED_MAX && !options.quick()) {
                throw new IllegalStateException(failure);
            }
            if (repeated == REPEATED_MAX) {
                System.out.println("  counted all the same, since --quick is no measurement: " + failure);
                return attempt.measurement();
            }
            System.out.println("  thrown away and repeated: " + failure);
        }
    }

    private record Attempt(LoadRun run, Measurement measurement) {}

    private Attempt attempt(Side side) {
        List<Long> pids = side.pids();
        long behindBefore = CpuTime.totalUs(behind);
        CpuTime before = CpuTime.of(pids);
        LoadRun run = client.run(side.port(), options.runSeconds());
        side.settle();
        CpuTime cpu = CpuTime.of(pids).since(before);
        side.requireAlive();
        Measurement measurement = new Measurement(
                run.requests(),
                run.wallUs(),
                run.p50Us(),
                run.p99Us(),
                cpu,
                cpu.ofThreadsUs(side.publishingThreads()),
                CpuTime.totalUs(behind) - behindBefore);
        return new Attempt(run, measurement);
    }

    /// Waits until the side answers 200 with the upstream's body.
    static void awaitReady(Side side, String key) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + side.port() + LoadClient.PATH))
                .header("X-Api-Key", key)
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            Await.until(side.name() + " answers", READY_WITHIN, () -> {
                side.requireAlive();
                return isAnswered(http, request);
            });
        }
    }

    private static boolean isAnswered(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().length() == LoadClient.BODY_BYTES;
        } catch (IOException notYet) {
            return false;
        }
    }
}
