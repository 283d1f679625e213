package dev.tollgate.bench.metering;

import dev.tollgate.bench.metering.latency.LatencyOptions;
import dev.tollgate.bench.metering.latency.LatencyStep;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// How much is measured.
///
/// @param events in the topic; each run of a side drains them all
/// @param rounds of each pair; a round is one run of either side
/// @param quick for trying the benchmark out: the figures mean little
/// @param only the keys of the pairs to measure, or of the latency step; empty means all
public record MeteringOptions(long events, int rounds, boolean quick, Set<String> only, LatencyOptions latency) {

    static final long EVENTS_DEFAULT = 3_000_000;
    static final int ROUNDS_DEFAULT = 3;
    static final long EVENTS_QUICK = 400_000;

    private static final String USAGE =
            "./tollgate bench metering [--quick] [--events NUMBER] [--rounds NUMBER] [--latency-rate NUMBER]"
                    + " [--latency-seconds NUMBER] [--only copy|listener|loop|dsl|latency]...";

    public MeteringOptions {
        only = Set.copyOf(only);
        if (events < 1_000 || events > 100_000_000) {
            throw new IllegalArgumentException("--events must be 1000 to 100000000; " + USAGE);
        }
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("--rounds must be 1 to 100; " + USAGE);
        }
    }

    static MeteringOptions parse(List<String> arguments) {
        boolean quick = arguments.contains("--quick");
        long events = quick ? EVENTS_QUICK : EVENTS_DEFAULT;
        int rounds = quick ? 1 : ROUNDS_DEFAULT;
        LatencyOptions latency = quick ? LatencyOptions.QUICK : LatencyOptions.USUAL;
        Set<String> only = new TreeSet<>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> {}
                case "--events" -> events = number(arguments, ++i);
                case "--rounds" -> rounds = Math.toIntExact(number(arguments, ++i));
                case "--latency-rate" -> latency = latency.withPerSecond(number(arguments, ++i));
                case "--latency-seconds" -> latency = latency.withSeconds(number(arguments, ++i));
                case "--only" -> only.add(value(arguments, ++i));
                default -> throw new IllegalArgumentException("no option " + arguments.get(i) + "; " + USAGE);
            }
        }
        return new MeteringOptions(events, rounds, quick, only, latency);
    }

    boolean has(MeteringPair pair) {
        return has(pair.key());
    }

    boolean hasLatency() {
        return has(LatencyStep.KEY);
    }

    private boolean has(String key) {
        return only.isEmpty() || only.contains(key);
    }

    private static long number(List<String> arguments, int at) {
        try {
            return Long.parseLong(value(arguments, at));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(arguments.get(at - 1) + " needs a number; " + USAGE, e);
        }
    }

    private static String value(List<String> arguments, int at) {
        if (at >= arguments.size()) {
            throw new IllegalArgumentException(arguments.getLast() + " needs a value; " + USAGE);
        }
        return arguments.get(at);
    }
}
