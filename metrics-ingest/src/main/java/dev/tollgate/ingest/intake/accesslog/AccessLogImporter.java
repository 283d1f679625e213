package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeResult;
import dev.tollgate.ingest.intake.Usage;
import dev.tollgate.ingest.intake.accesslog.AccessLog.Lines;
import dev.tollgate.ingest.intake.accesslog.AccessLog.RawLine;
import dev.tollgate.ingest.intake.accesslog.TenantRegistry.Registration;
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
/// What the intake would refuse is a bad line: both passes judge by the moment at which the importer was made.
///
/// A request is known by its time, its line, and the line's ordinal among identical ones, whatever file it is read
/// from: a log that was renamed, or has grown, adds only what is new. Parts of one log that are imported apart
/// must not cut between identical lines. One thread owns an instance, for one import.
public final class AccessLogImporter {

    /// The producer's name of all imports.
    public static final String PRODUCER = "access-log";

    private static final int PROGRESS_LINES = 1_000;

    /// Stands for an event's id where only the rest of the event is judged; an id made here is always valid.
    private static final String ANY_ID = "any";

    private final Intake intake;
    private final TenantRegistry tenants;
    private final TenantRule rule;
    private final String planId;
    private final Progress progress;

    private final OrdinalBook ordinals = new OrdinalBook();
    private final LogSurvey survey = new LogSurvey();
    private final List<IncomingEvent> batch = new ArrayList<>();
    private long accepted;
    private long repeated;
    private long conflicting;

    /// Is told how far both passes are.
    @FunctionalInterface
    public interface Progress {
        void at(long bytesDone, long bytesTotal);
    }

    public AccessLogImporter(Intake intake, TenantRegistry tenants, TenantRule rule, String planId, Progress progress) {
        this.intake = intake.withClockStopped();
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
            return survey.summary(0, 0, 0, Registration.NONE);
        }
        Registration registration = tenants.register(survey.tenantIds(), planId, survey.firstDay());
        send(log, size);
        if (accepted + repeated + conflicting != survey.requests()) {
            throw new IllegalStateException("the log changed while it was read; import it again, nothing comes twice");
        }
        progress.at(2 * size, 2 * size);
        return survey.summary(accepted, repeated, conflicting, registration);
    }

    private void survey(AccessLog log, long size) throws IOException {
        try (Lines lines = log.open()) {
            for (RawLine raw = lines.next(); raw != null; raw = lines.next()) {
                survey.add(raw.number(), judge(raw));
                if (raw.number() % PROGRESS_LINES == 0) {
                    progress.at(Math.min(size, lines.bytesRead()), 2 * size);
                }
            }
        }
    }

    private LogEntry judge(RawLine raw) {
        LogEntry entry = LogEntry.of(raw, rule);
        return switch (entry) {
            case LogEntry.Blank blank -> entry;
            case LogEntry.Bad bad -> entry;
            case LogEntry.Request(var tenantId, var line) ->
                intake.check(event(tenantId, line, ANY_ID))
                        .<LogEntry>map(invalid -> new LogEntry.Bad(invalid.field() + " " + invalid.reason()))
                        .orElse(entry);
        };
    }

    private void send(AccessLog log, long size) throws IOException {
        try (Lines lines = log.open()) {
            for (RawLine raw = lines.next(); raw != null && raw.number() <= survey.lastRequest(); raw = lines.next()) {
                if (LogEntry.of(raw, rule) instanceof LogEntry.Request(var tenantId, var line)) {
                    batch.add(event(tenantId, line, eventId(line, raw.bytes())));
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
        for (IntakeResult result : intake.accept(batch)) {
            switch (result) {
                case IntakeResult.Accepted taken -> accepted++;
                case IntakeResult.Repeated known -> repeated++;
                case IntakeResult.Conflict other -> conflicting++;
                case IntakeResult.Invalid invalid -> {
                    // The survey has counted this line as bad.
                }
            }
        }
        batch.clear();
    }

    private String eventId(LogLine line, byte[] bytes) {
        byte[] hash = sha256(bytes);
        ByteBuffer parts = ByteBuffer.wrap(hash);
        int ordinal = ordinals.next(parts.getLong(), parts.getLong());
        return line.time().toEpochMilli() + "-" + HexFormat.of().formatHex(hash, 0, Long.BYTES * 2) + "-" + ordinal;
    }

    private static IncomingEvent event(String tenantId, LogLine line, String eventId) {
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
