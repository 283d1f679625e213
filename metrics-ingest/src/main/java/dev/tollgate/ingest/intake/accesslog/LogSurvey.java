package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.ingest.intake.accesslog.ImportSummary.BadLine;
import dev.tollgate.ingest.intake.accesslog.ImportSummary.TenantUsage;
import dev.tollgate.ingest.intake.accesslog.TenantRegistry.Registration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What a log holds, gathered line by line. One thread owns an instance.
final class LogSurvey {

    static final int TENANTS_MAX = 200_000;
    static final int BAD_LINES_SHOWN_MAX = 20;

    private final Map<String, Counts> tenants = new HashMap<>();
    private final TreeSet<YearMonth> months = new TreeSet<>();
    private final List<BadLine> badLines = new ArrayList<>();
    private long requests;
    private long bad;
    private long lastRequest;

    private static final class Counts {
        private long requests;
        private long errors;
        private long bytesSent;
    }

    void add(long number, LogEntry entry) {
        switch (entry) {
            case LogEntry.Blank blank -> {}
            case LogEntry.Bad(var reason) -> bad(number, reason);
            case LogEntry.Request(var tenantId, var line) -> request(number, tenantId, line);
        }
    }

    private void bad(long number, String reason) {
        bad++;
        if (badLines.size() < BAD_LINES_SHOWN_MAX) {
            badLines.add(new BadLine(number, reason));
        }
    }

    private void request(long number, String tenantId, LogLine line) {
        requests++;
        lastRequest = number;
        months.add(YearMonth.from(line.time().atOffset(ZoneOffset.UTC)));
        Counts counts = tenants.computeIfAbsent(tenantId, unknown -> new Counts());
        if (tenants.size() > TENANTS_MAX) {
            throw new IllegalStateException(
                    "the log has more than " + TENANTS_MAX + " tenants; choose another rule for --tenant");
        }
        counts.requests++;
        counts.errors += line.isError() ? 1 : 0;
        counts.bytesSent += line.bytesSent();
    }

    long requests() {
        return requests;
    }

    /// The number of the last line with a request. Requests beyond it were written, or finished, after the survey.
    long lastRequest() {
        return lastRequest;
    }

    Collection<String> tenantIds() {
        return tenants.keySet();
    }

    LocalDate firstDay() {
        return months.first().atDay(1);
    }

    ImportSummary summary(long accepted, long repeated, long conflicting, Registration registration) {
        List<TenantUsage> usage = new ArrayList<>();
        tenants.forEach((tenantId, counts) ->
                usage.add(new TenantUsage(tenantId, counts.requests, counts.errors, counts.bytesSent)));
        usage.sort(Comparator.comparingLong(TenantUsage::requests).reversed().thenComparing(TenantUsage::tenantId));
        return new ImportSummary(
                requests + bad,
                requests,
                accepted,
                repeated,
                conflicting,
                bad,
                List.copyOf(badLines),
                registration,
                List.copyOf(months),
                List.copyOf(usage));
    }
}
