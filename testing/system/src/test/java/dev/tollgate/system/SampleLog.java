package dev.tollgate.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// An access log in combined format that a seed makes: some months, some clients, lines that repeat byte for byte, a
/// line that is no log line, one of the last century, and a last one that lacks its closing quote.
final class SampleLog {

    static final int CLIENTS = 30;
    private static final int REPEATED_PER_MONTH = 5;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss +0000", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Random random;
    private final List<String> lines = new ArrayList<>();

    private SampleLog(long seed) {
        random = new Random(seed);
    }

    /// Writes a log with so many good lines in each month.
    static void write(Path file, long seed, List<YearMonth> months, int linesPerMonth) throws IOException {
        SampleLog log = new SampleLog(seed);
        for (YearMonth month : months) {
            log.month(month, linesPerMonth);
        }
        log.lines.add(log.lines.size() / 2, "this is no log line");
        log.lines.addFirst("10.7.0.99 - - [17/May/1999:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"test agent\"");
        String last = log.lines.removeLast();
        log.lines.addLast(last.substring(0, last.length() - 1));
        Files.write(file, log.lines);
    }

    private void month(YearMonth month, int count) {
        for (int i = 0; i < count - REPEATED_PER_MONTH; i++) {
            lines.add(line(month));
        }
        for (int i = 0; i < REPEATED_PER_MONTH; i++) {
            lines.add(lines.getLast());
        }
    }

    private String line(YearMonth month) {
        int client = random.nextInt(CLIENTS);
        String time = TIME.format(month.atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .plusSeconds(random.nextInt(month.lengthOfMonth() * 86_400)));
        int status = random.nextInt(10) == 0 ? 404 : 200;
        return "10.7.0.%d - - [%s] \"GET /page/%d HTTP/1.1\" %d %d \"-\" \"test agent\""
                .formatted(client, time, random.nextInt(100), status, random.nextInt(100_000));
    }
}
