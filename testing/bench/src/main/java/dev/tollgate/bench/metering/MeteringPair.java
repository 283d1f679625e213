package dev.tollgate.bench.metering;

import java.util.OptionalDouble;

/// Two sides that drain the same topic, and what is expected of them.
///
/// @param key names the pair on the command line
/// @param a the side of Tollgate
/// @param ratioAtLeast goal of a's events per second ÷ b's
/// @param perSecondAtLeast goal of a's events per second
public record MeteringPair(
        String key, MeteringSide a, MeteringSide b, double ratioAtLeast, OptionalDouble perSecondAtLeast) {

    String name() {
        return a.name() + " ÷ " + b.name();
    }
}
