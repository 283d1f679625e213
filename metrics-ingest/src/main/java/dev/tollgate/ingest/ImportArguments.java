package dev.tollgate.ingest;

import dev.tollgate.ingest.intake.accesslog.TenantRule;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What an import was asked for.
record ImportArguments(Path file, TenantRule rule, String planId, boolean quiet) {

    private static final String USAGE =
            "usage: --file FILE [--tenant address|user|path:REGEX|host:REGEX] [--plan PLAN] [--quiet]";
    private static final String QUIET = "--quiet";

    /// Throws `IllegalArgumentException` that says what is wrong.
    static ImportArguments parse(String[] args) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case QUIET -> values.put(QUIET, QUIET);
                case "--file", "--tenant", "--plan" -> {
                    if (i + 1 == args.length) {
                        throw new IllegalArgumentException(args[i] + " needs a value; " + USAGE);
                    }
                    values.put(args[i], args[i + 1]);
                    i++;
                }
                default -> throw new IllegalArgumentException("unknown argument " + args[i] + "; " + USAGE);
            }
        }
        String file = values.get("--file");
        if (file == null) {
            throw new IllegalArgumentException("--file is missing; " + USAGE);
        }
        return new ImportArguments(
                Path.of(file),
                TenantRule.parse(values.getOrDefault("--tenant", "address")),
                values.getOrDefault("--plan", "starter"),
                values.containsKey(QUIET));
    }
}
