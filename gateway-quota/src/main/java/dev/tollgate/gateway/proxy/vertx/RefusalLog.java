package dev.tollgate.gateway.proxy.vertx;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line per refused request, with tenant and reason, up to a bound per second; what exceeds it is counted into the
/// next line. One event loop owns an instance.
final class RefusalLog {

    static final int LINES_PER_SECOND_MAX = 20;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Logger log = LoggerFactory.getLogger("dev.tollgate.gateway.refusals");

    private final LongSupplier nanoTime;
    private long secondStart;
    private int linesThisSecond;
    private long unlogged;

    RefusalLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.secondStart = nanoTime.getAsLong();
    }

    /// @param tenant the tenant's id, or `-` while it is not known
    void refused(int status, String tenant, String reason, String path) {
        long now = nanoTime.getAsLong();
        if (now - secondStart >= SECOND_NANOS) {
            secondStart = now;
            linesThisSecond = 0;
        }
        if (linesThisSecond++ >= LINES_PER_SECOND_MAX) {
            unlogged++;
            return;
        }
        log.info(
                "refused status={} tenant={} reason=\"{}\" path={} unlogged={}",
                status,
                tenant,
                clean(reason),
                clean(path),
                unlogged);
        unlogged = 0;
    }

    /// No line breaks and no endless texts of clients in the log.
    private static String clean(String text) {
        String shortened = text.length() <= 200 ? text : text.substring(0, 200) + "…";
        return shortened
                .codePoints()
                .map(c -> c < ' ' || c == '"' || c == 0x7f ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
