package dev.tollgate.bench.metering;

import dev.tollgate.bench.metering.MeteringReport.Round;
import dev.tollgate.bench.metering.aggregator.AggregatorPairs;
import dev.tollgate.bench.metering.copy.CopySide;
import dev.tollgate.bench.metering.latency.LatencyStep;
import dev.tollgate.bench.metering.listener.ListenerSide;
import dev.tollgate.quickstart.Progress;
import dev.tollgate.quickstart.StateFolder;
import dev.tollgate.quickstart.StateLock;
import dev.tollgate.testing.AwaitFailed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Metering compared: the services of Tollgate and their peers drain the same topic.
public final class MeteringBench {

    private static final double COPY_AT_LEAST = 1.0;
    private static final double EVENTS_PER_SECOND_AT_LEAST = 60_000;
    private static final double LISTENER_AT_LEAST = 4;

    private final MeteringOptions options;
    private final Path root = Path.of(System.getProperty("tollgate.root", ".")).toAbsolutePath();
    private final Path state = root.resolve("testing/bench/target/metering");
    private final Progress progress = new Progress(System.out);
    private final List<String> failed = new ArrayList<>();

    private MeteringBench(MeteringOptions options) {
        this.options = options;
    }

    /// @param arguments those behind the benchmark's name
    public static void run(List<String> arguments) {
        new MeteringBench(MeteringOptions.parse(arguments)).run();
    }

    /// Every pair that there is.
    private List<MeteringPair> pairs() {
        IngestSide ingest = new IngestSide(root);
        List<MeteringPair> ofIngest = List.of(
                new MeteringPair(
                        "copy",
                        ingest,
                        new CopySide(state),
                        COPY_AT_LEAST,
                        OptionalDouble.of(EVENTS_PER_SECOND_AT_LEAST)),
                new MeteringPair(
                        "listener",
                        ingest,
                        new ListenerSide(IngestSide.CONSUMERS),
                        LISTENER_AT_LEAST,
                        OptionalDouble.empty()));
        return Stream.concat(ofIngest.stream(), AggregatorPairs.all(root).stream())
                .toList();
    }

    private void run() {
        List<MeteringPair> pairs = pairs().stream().filter(options::has).toList();
        requireKnown();
        if (options.quick()) {
            System.out.println(
                    "--quick: few events, one round, to see that everything works; the figures mean little.");
        }
        try (StateLock lock = StateLock.take(state).orElse(null)) {
            if (lock == null) {
                throw new IllegalStateException("another benchmark runs on " + state);
            }
            StateFolder.clear(state);
            progress.say("starting PostgreSQL and Kafka");
            try (MeteringServers servers = MeteringServers.start(state)) {
                System.out.println("PostgreSQL: " + servers.postgresSettings());
                if (!pairs.isEmpty()) {
                    Drain drain = new Drain(servers, fill(servers), state);
                    pairs.forEach(pair -> measure(pair, drain));
                }
                if (options.hasLatency()) {
                    attempt(
                            LatencyStep.KEY,
                            () -> LatencyStep.run(
                                    root, servers, state.resolve(LatencyStep.KEY), options.latency(), options.quick()));
                }
            }
            if (!failed.isEmpty()) {
                throw new IllegalStateException("failed: " + failed + "; logs are in " + state);
            }
            StateFolder.clear(state);
        }
    }

    private FilledTopic fill(MeteringServers servers) {
        progress.say("filling the topic with " + options.events() + " events");
        FilledTopic topic = TopicFiller.fill(servers, options.events(), Instant.now());
        System.out.printf(
                "%d events of %d tenants by Zipf's law (%.1f) over %d h in the order of time, %d sources per"
                        + " partition, batches of %d.%n",
                topic.events(),
                SampleEvents.TENANTS,
                SampleEvents.ZIPF_EXPONENT,
                SampleEvents.SPAN.toHours(),
                SampleEvents.LANES,
                Ground.BATCH_SIZE_MAX);
        return topic;
    }

    /// The order of the sides changes with each round, so that a drift of the machine favours neither.
    private void measure(MeteringPair pair, Drain drain) {
        MeteringReport.pair(pair);
        List<Round> rounds = new ArrayList<>();
        attempt(pair.key(), () -> {
            for (int round = 0; round < options.rounds(); round++) {
                boolean aFirst = round % 2 == 0;
                Drained first = run(aFirst ? pair.a() : pair.b(), drain);
                Drained second = run(aFirst ? pair.b() : pair.a(), drain);
                rounds.add(aFirst ? new Round(first, second) : new Round(second, first));
            }
            MeteringReport.pairResult(pair, rounds, options.quick());
        });
    }

    /// A part that fails has no result, and the others go on.
    private void attempt(String key, Runnable part) {
        try {
            part.run();
        } catch (AwaitFailed | IllegalStateException failure) {
            failed.add(key);
            System.out.println("  FAILED: " + failure.getMessage());
        }
    }

    private static Drained run(MeteringSide side, Drain drain) {
        Drained drained = drain.run(side);
        MeteringReport.run(side.name(), drained);
        return drained;
    }

    private void requireKnown() {
        Set<String> known = Stream.concat(pairs().stream().map(MeteringPair::key), Stream.of(LatencyStep.KEY))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!known.containsAll(options.only())) {
            throw new IllegalArgumentException("--only takes of " + known);
        }
    }
}
