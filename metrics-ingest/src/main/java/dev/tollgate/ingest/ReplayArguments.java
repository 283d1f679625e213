package dev.tollgate.ingest;

import dev.tollgate.ingest.replay.LetterSelection;
import dev.tollgate.schema.contract.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Which dead letters a replay was asked for.
final class ReplayArguments {

    private static final String USAGE =
            "usage: [--reason TEXT] [--service NAME] [--partition N [--from OFFSET] [--to OFFSET]] or --all";
    private static final String ALL = "--all";

    private ReplayArguments() {}

    /// Throws `IllegalArgumentException` that says what is wrong.
    static LetterSelection parse(String[] args) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case ALL -> values.put(ALL, ALL);
                case "--reason", "--service", "--partition", "--from", "--to" -> {
                    if (i + 1 == args.length) {
                        throw new IllegalArgumentException(args[i] + " needs a value; " + USAGE);
                    }
                    values.put(args[i], args[i + 1]);
                    i++;
                }
                default -> throw new IllegalArgumentException("unknown argument " + args[i] + "; " + USAGE);
            }
        }
        if (values.isEmpty() || values.containsKey(ALL) && values.size() > 1) {
            throw new IllegalArgumentException("name the letters, or --all of them; " + USAGE);
        }
        if (!values.containsKey("--partition") && (values.containsKey("--from") || values.containsKey("--to"))) {
            throw new IllegalArgumentException("offsets are of one partition; " + USAGE);
        }
        return new LetterSelection(
                Optional.ofNullable(values.get("--reason")),
                Optional.ofNullable(values.get("--service")),
                values.containsKey("--partition")
                        ? OptionalInt.of((int) number(values, "--partition", 0, Topics.PARTITIONS - 1))
                        : OptionalInt.empty(),
                number(values, "--from", 0, Long.MAX_VALUE),
                number(values, "--to", Long.MAX_VALUE, Long.MAX_VALUE));
    }

    private static long number(Map<String, String> values, String name, long unnamed, long max) {
        String text = values.get(name);
        if (text == null) {
            return unnamed;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number but is " + text, e);
        }
        throw new IllegalArgumentException(name + " must be 0 to " + max + " but is " + text);
    }
}
