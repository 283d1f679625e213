package dev.tollgate.gateway.proxy.vertx;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/// The value of the Date field (RFC 9110, section 5.6.7), written once per second. One event loop owns an instance.
final class HttpDate {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final LongSupplier epochMs;
    private long second;
    private String text;

    HttpDate(LongSupplier epochMs) {
        this.epochMs = epochMs;
        this.second = Math.floorDiv(epochMs.getAsLong(), 1_000L);
        this.text = format(second);
    }

    String now() {
        long current = Math.floorDiv(epochMs.getAsLong(), 1_000L);
        if (current != second) {
            second = current;
            text = format(current);
        }
        return text;
    }

    private static String format(long second) {
        return FORMAT.format(Instant.ofEpochSecond(second));
    }
}
