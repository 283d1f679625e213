package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeResult;
import dev.tollgate.ingest.intake.Usage;
import dev.tollgate.ingest.intake.accesslog.AccessLog.Lines;
import dev.tollgate.ingest.intake.accesslog.AccessLog.RawLine;
import dev.tollgate.schema.contract.EventType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Brings an access log through the intake. The first pass finds tenants, months and bad lines; then unknown
/// tenants are registered, with their plan from the first day of the log's oldest month; the second pass sends.
///
/// A request is known by its time, its line, and the line's ordinal among identical ones, whatever file it is read
/// from: a log that was renamed, or has grown, adds only what is new. Parts of one log that are imported apart
/// must not cut between identical lines. One thread owns an instance, for one import.
public final class AccessLogImporter {

    /// The producer's name of all imports.
    public static final String PRODUCER = "access-log";

    private static final int PROGRESS_LINES = 1_000;

    private final Intake intake;
    private final TenantRegistry tenants;
    private final TenantRule rule;
    private final String planId;
    private final Progress progress;

    private final OrdinalBook ordinals = new OrdinalBook();
    private final LogSurvey survey = new LogSurvey();
    private final List<IncomingEvent> batch = new ArrayList<>();
    private final List<Long> batchLines = new ArrayList<>();
    private long accepted;
    private long repeated;
    private long conflicting;
    private long refused;

    /// Is told how far both passes are.
    @FunctionalInterface
    public interface Progress {
        void at(long bytesDone, long bytesTotal);
    }

    public AccessLogImporter(Intake intake, TenantRegistry tenants, TenantRule rule, String planId, Progress progress) {
        this.intake = intake;
        this.tenants = tenants;
        this.rule = rule;
        this.planId = planId;
        this.progress = progress;
    }

    public ImportSummary run(AccessLog log) throws IOException {
        tenants.requirePlan(planId);
        long size = log.sizeBytes();
        survey(log, size);
        if (survey.requests() == 0) {
            return survey.summary(0, 0, 0, 0, 0);
        }
        int registered = tenants.register(survey.tenantIds(), planId, survey.firstDay());
        send(log, size);
        progress.at(2 * size, 2 * size);
        return survey.summary(accepted, repeated, conflicting, refused, registered);
    }

    private void survey(AccessLog log, long size) throws IOException {
        try (Lines lines = log.open()) {
            for (RawLine raw = lines.next(); raw != null; raw = lines.next()) {
                survey.add(raw.number(), LogEntry.of(raw, rule));
                if (raw.number() % PROGRESS_LINES == 0) {
                    progress.at(Math.min(size, lines.bytesRead()), 2 * size);
                }
            }
        }
    }

    private void send(AccessLog log, long size) throws IOException {
        try (Lines lines = log.open()) {
            for (RawLine raw = lines.next(); raw != null && raw.number() <= survey.lastNumber(); raw = lines.next()) {
                if (LogEntry.of(raw, rule) instanceof LogEntry.Request(var tenantId, var line)) {
                    batch.add(event(tenantId, line, raw.bytes()));
                    batchLines.add(raw.number());
                }
                if (batch.size() == Intake.BATCH_MAX) {
                    flush();
                    progress.at(size + Math.min(size, lines.bytesRead()), 2 * size);
                }
            }
        }
        flush();
    }

    private void flush() {
        List<IntakeResult> results = intake.accept(batch);
        for (int i = 0; i < results.size(); i++) {
            switch (results.get(i)) {
                case IntakeResult.Accepted taken -> accepted++;
                case IntakeResult.Repeated known -> repeated++;
                case IntakeResult.Conflict other -> conflicting++;
                case IntakeResult.Invalid(var field, var reason) -> {
                    refused++;
                    survey.bad(batchLines.get(i), field + " " + reason);
                }
            }
        }
        batch.clear();
        batchLines.clear();
    }

    private IncomingEvent event(String tenantId, LogLine line, byte[] bytes) {
        byte[] hash = sha256(bytes);
        ByteBuffer parts = ByteBuffer.wrap(hash);
        int ordinal = ordinals.next(parts.getLong(), parts.getLong());
        String eventId =
                line.time().toEpochMilli() + "-" + HexFormat.of().formatHex(hash, 0, Long.BYTES * 2) + "-" + ordinal;
        var usage = new Usage(
                line.user(), line.path(), line.method(), null, 0, 0, null, line.status(), line.bytesSent(), 0, null, 1);
        return new IncomingEvent(PRODUCER, eventId, tenantId, EventType.API_REQUEST, line.time(), usage);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
