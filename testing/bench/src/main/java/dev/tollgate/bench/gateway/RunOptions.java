package dev.tollgate.bench.gateway;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a run goes on, and from which random numbers.
record RunOptions(Duration length, long seed) {

    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})([smh])");

    static RunOptions parse(String name, List<String> arguments, Duration usual, long anySeed) {
        Duration length = usual;
        long seed = anySeed;
        for (int i = 0; i < arguments.size(); i += 2) {
            String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            switch (arguments.get(i)) {
                case "--for" -> length = length(value);
                case "--seed" -> seed = Long.parseLong(value);
                default ->
                    throw new IllegalArgumentException("no option " + arguments.get(i) + "; ./tollgate bench " + name
                            + " [--for 60s|10m|1h] [--seed NUMBER]");
            }
        }
        return new RunOptions(length, seed);
    }

    private static Duration length(String text) {
        Matcher matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--for takes a duration such as 60s, 5m or 1h, not " + text);
        }
        return Duration.parse("PT" + matcher.group(1) + matcher.group(2));
    }
}
