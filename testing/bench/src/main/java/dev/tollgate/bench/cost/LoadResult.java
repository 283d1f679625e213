package dev.tollgate.bench.cost;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the clients did.
///
/// @param requests admitted and answered by the upstream
/// @param refused answers 503, while the ledger was too slow; each went again
/// @param wallUs from the first request to the last answer
/// @param cpuUs of the clients' process
record LoadResult(long requests, long refused, long wallUs, long cpuUs) {

    private static final Pattern TEXT =
            Pattern.compile("LoadResult\\[requests=(\\d+), refused=(\\d+), wallUs=(\\d+), cpuUs=(\\d+)]");

    /// @param text as `toString` makes it
    static LoadResult parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("the load gave no result but: " + text);
        }
        return new LoadResult(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)));
    }

    double perSecond() {
        return requests * 1e6 / wallUs;
    }
}
