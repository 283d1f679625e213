package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.ingest.intake.accesslog.AccessLog.RawLine;
import java.nio.charset.StandardCharsets;

/// What a line means to the import.
sealed interface LogEntry {

    record Request(String tenantId, LogLine line) implements LogEntry {}

    record Bad(String reason) implements LogEntry {}

    record Blank() implements LogEntry {}

    static LogEntry of(RawLine raw, TenantRule rule) {
        if (raw.tooLong()) {
            return new Bad("the line is longer than " + RawLine.LINE_BYTES_MAX + " bytes");
        }
        String text = new String(raw.bytes(), StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return new Blank();
        }
        return switch (CombinedLogLine.parse(text)) {
            case CombinedLogLine.Bad(var reason) -> new Bad(reason);
            case CombinedLogLine.Parsed(var line, var unfinished) ->
                // The end of a log that is still being written: the rest of the line would change its identity.
                unfinished && !raw.terminated()
                        ? new Bad("the line is not finished yet")
                        : rule.tenantOf(line)
                                .<LogEntry>map(tenantId -> new Request(tenantId, line))
                                .orElseGet(() -> new Bad("the line does not tell the tenant"));
        };
    }
}
