package dev.tollgate.bench;

import dev.tollgate.bench.cost.CostBench;
import dev.tollgate.bench.gateway.FuzzRun;
import dev.tollgate.bench.gateway.GatewayBench;
import dev.tollgate.bench.gateway.SoakRun;
import dev.tollgate.bench.metering.MeteringBench;
import dev.tollgate.testing.AwaitFailed;
import java.util.List;

/// Runs the benchmark that the first argument names.
public final class Bench {

    private static final String NAMES = "codec, gateway, metering, cost, fuzz, soak";

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            fail("which benchmark? There is: " + NAMES);
        }
        List<String> options = List.of(arguments).subList(1, arguments.length);
        try {
            switch (arguments[0]) {
                case "codec" -> CodecComparison.run();
                case "gateway" -> GatewayBench.run(options);
                case "metering" -> MeteringBench.run(options);
                case "cost" -> CostBench.run(options);
                case "fuzz" -> FuzzRun.run(options);
                case "soak" -> SoakRun.run(options);
                default -> fail("no benchmark " + arguments[0] + "; there is: " + NAMES);
            }
        } catch (IllegalArgumentException | IllegalStateException | AwaitFailed failed) {
            failed.printStackTrace();
            fail(failed.toString());
        }
    }

    private static void fail(String reason) {
        System.err.println("tollgate bench: " + reason);
        System.exit(2);
    }
}
