package dev.tollgate.bench.gateway;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// How much is measured.
///
/// @param pairs ABBA pairs of each comparison, four runs each
/// @param runSeconds of each run
/// @param warmUpSeconds under load before the first pair; longer while the JVM still compiles
/// @param quick for trying the benchmark out: the figures mean little
/// @param parts what is run of the whole
record BenchOptions(int pairs, int runSeconds, int warmUpSeconds, boolean quick, Set<Part> parts) {

    /// What the benchmark consists of.
    enum Part {
        DECISION,
        ITSELF,
        NGINX,
        SPRING,
        MEMORY
    }

    static final String USAGE = "./tollgate bench gateway [--quick] [--only decision|itself|nginx|spring|memory]...";

    static BenchOptions parse(List<String> arguments) {
        boolean quick = false;
        Set<Part> only = EnumSet.noneOf(Part.class);
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> quick = true;
                case "--only" -> {
                    if (++i == arguments.size()) {
                        throw new IllegalArgumentException("--only needs a part; " + USAGE);
                    }
                    only.add(part(arguments.get(i)));
                }
                default -> throw new IllegalArgumentException("no option " + arguments.get(i) + "; " + USAGE);
            }
        }
        Set<Part> parts = only.isEmpty() ? EnumSet.allOf(Part.class) : only;
        return quick ? new BenchOptions(2, 2, 6, true, parts) : new BenchOptions(7, 3, 12, false, parts);
    }

    private static Part part(String name) {
        for (Part part : Part.values()) {
            if (part.name().toLowerCase(Locale.ROOT).equals(name)) {
                return part;
            }
        }
        throw new IllegalArgumentException("no part " + name + "; " + USAGE);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
