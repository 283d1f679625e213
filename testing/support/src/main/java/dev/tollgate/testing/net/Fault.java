package dev.tollgate.testing.net;

import java.time.Duration;

/// What a [FaultProxy] does to its connections.
sealed interface Fault {

    /// Passes everything on at once.
    record None() implements Fault {}

    /// Passes everything on, each way `delay` later.
    record Latency(Duration delay) implements Fault {}

    /// Answers with RST.
    record Reset() implements Fault {}

    /// Takes connections and passes nothing on.
    record Blackhole() implements Fault {}

    /// Passes data on at once, and the end of a stream `delay` later.
    record SlowClose(Duration delay) implements Fault {}

    /// How much later than it came something is passed on.
    default Duration delay(boolean endOfStream) {
        return switch (this) {
            case Latency(var delay) -> delay;
            case SlowClose(var delay) -> endOfStream ? delay : Duration.ZERO;
            case None _, Reset _, Blackhole _ -> Duration.ZERO;
        };
    }
}
