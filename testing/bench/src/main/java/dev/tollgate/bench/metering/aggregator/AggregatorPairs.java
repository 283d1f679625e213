package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.metering.MeteringPair;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/// What the aggregator is compared with.
public final class AggregatorPairs {

    private static final double OF_LOOP_AT_LEAST = 0.6;
    private static final double OF_DSL_AT_LEAST = 2;

    private AggregatorPairs() {}

    /// @param root of the repository
    public static List<MeteringPair> all(Path root) {
        AggregatorSide aggregator = new AggregatorSide(root);
        return List.of(
                new MeteringPair(
                        "loop",
                        aggregator,
                        new MainSide("consume and validate", LoopMain.class),
                        OF_LOOP_AT_LEAST,
                        OptionalDouble.empty()),
                new MeteringPair(
                        "dsl",
                        aggregator,
                        new MainSide("plain Streams DSL", DslMain.class),
                        OF_DSL_AT_LEAST,
                        OptionalDouble.empty()));
    }
}
