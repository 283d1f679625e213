package dev.tollgate.testing.rules;

import java.util.List;
import java.util.stream.Stream;

/// All rules.
public final class Catalogue {

    private Catalogue() {}

    public static List<Rule> rules() {
        return Stream.of(
                        LengthRules.RULES,
                        ChunkRules.RULES,
                        TrailerRules.RULES,
                        FieldLineRules.RULES,
                        RequestLineRules.RULES,
                        TargetRules.RULES,
                        HostRules.RULES,
                        HopRules.RULES,
                        ConnectionRules.RULES)
                .flatMap(List::stream)
                .toList();
    }
}
