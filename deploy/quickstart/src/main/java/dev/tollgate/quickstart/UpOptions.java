package dev.tollgate.quickstart;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `./tollgate up` was asked for.
///
/// @param runFor stop by itself after this long; empty = run until stopped
/// @param fresh throw the kept state away first
/// @param traffic whether to send sample traffic
public record UpOptions(Optional<Duration> runFor, boolean fresh, boolean traffic) {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)");

    /// The command line was wrong; the message says how.
    public static final class UsageException extends RuntimeException {
        public UsageException(String message) {
            super(message);
        }
    }

    public static UpOptions parse(String[] arguments) {
        Optional<Duration> runFor = Optional.empty();
        boolean fresh = false;
        boolean traffic = true;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--for" -> {
                    if (++i == arguments.length) {
                        throw new UsageException("--for needs a duration such as 60s");
                    }
                    runFor = Optional.of(duration(arguments[i]));
                }
                case "--fresh" -> fresh = true;
                case "--no-traffic" -> traffic = false;
                default -> throw new UsageException("unknown option " + arguments[i]);
            }
        }
        return new UpOptions(runFor, fresh, traffic);
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("--for takes a duration such as 60s, 5m or 1h, not " + text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
