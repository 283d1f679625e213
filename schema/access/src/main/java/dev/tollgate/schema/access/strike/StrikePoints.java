package dev.tollgate.schema.access.strike;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Places in a service at which a fault test can let the process die, as `kill -9` would. Inert unless the
/// environment arms them: `TOLLGATE_STRIKE=ingest.before-commit=3` ends the process when that place is passed
/// for the third time; several are separated by commas. Safe for use by several threads.
public final class StrikePoints {

    public static final String ENVIRONMENT_VARIABLE = "TOLLGATE_STRIKE";

    /// The status that a shell reports for a process ended by SIGKILL.
    public static final int EXIT_STATUS = 137;

    public static final String GATEWAY_AFTER_APPEND = "gateway.after-append";
    public static final String GATEWAY_AFTER_ACK = "gateway.after-ack";
    public static final String INGEST_DURING_COPY = "ingest.during-copy";
    public static final String INGEST_BEFORE_COMMIT = "ingest.before-commit";
    public static final String INGEST_AFTER_COMMIT = "ingest.after-commit";
    public static final String RELAY_AFTER_PUBLISH = "relay.after-publish";
    public static final String EXPORT_BEFORE_RENAME = "export.before-rename";
    public static final String EXPORT_BEFORE_DROP = "export.before-drop";
    public static final String AGGREGATOR_BEFORE_EMIT = "aggregator.before-emit";
    public static final String SINK_BEFORE_COMMIT = "sink.before-commit";
    public static final String RECOMPUTE_BEFORE_COMMIT = "recompute.before-commit";
    public static final String BILLING_BEFORE_COMMIT = "billing.before-commit";
    public static final String BILLING_AFTER_COMMIT = "billing.after-commit";
    public static final String BILLING_AFTER_PUBLISH = "billing.after-publish";

    public static final Set<String> NAMES = Set.of(
            GATEWAY_AFTER_APPEND,
            GATEWAY_AFTER_ACK,
            INGEST_DURING_COPY,
            INGEST_BEFORE_COMMIT,
            INGEST_AFTER_COMMIT,
            RELAY_AFTER_PUBLISH,
            EXPORT_BEFORE_RENAME,
            EXPORT_BEFORE_DROP,
            AGGREGATOR_BEFORE_EMIT,
            SINK_BEFORE_COMMIT,
            RECOMPUTE_BEFORE_COMMIT,
            BILLING_BEFORE_COMMIT,
            BILLING_AFTER_COMMIT,
            BILLING_AFTER_PUBLISH);

    private static final StrikePoints INERT = new StrikePoints(Map.of(), () -> {});

    private final Map<String, AtomicLong> passesLeft;
    private final Runnable strike;

    private StrikePoints(Map<String, AtomicLong> passesLeft, Runnable strike) {
        this.passesLeft = passesLeft;
        this.strike = strike;
    }

    /// Points that never strike.
    public static StrikePoints inert() {
        return INERT;
    }

    /// What the process's environment says; throws when it arms a place that does not exist.
    public static StrikePoints fromEnvironment(Map<String, String> environment) {
        return parse(
                environment.get(ENVIRONMENT_VARIABLE),
                () -> Runtime.getRuntime().halt(EXIT_STATUS));
    }

    static StrikePoints parse(@Nullable String armed, Runnable strike) {
        if (armed == null || armed.isBlank()) {
            return INERT;
        }
        Map<String, AtomicLong> passesLeft = new HashMap<>();
        for (String part : armed.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part.strip() : part.substring(0, equals).strip();
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(ENVIRONMENT_VARIABLE + " names no strike point: " + part);
            }
            passesLeft.put(name, new AtomicLong(passes(part, equals)));
        }
        return new StrikePoints(Map.copyOf(passesLeft), strike);
    }

    /// Marks that the process is at the named place, one of `NAMES`.
    public void pass(String name) {
        if (passesLeft.isEmpty()) {
            return;
        }
        AtomicLong left = passesLeft.get(name);
        if (left != null && left.decrementAndGet() == 0) {
            strike.run();
        }
    }

    private static long passes(String part, int equals) {
        if (equals < 0) {
            return 1;
        }
        try {
            long passes = Long.parseLong(part.substring(equals + 1).strip());
            if (passes >= 1) {
                return passes;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(ENVIRONMENT_VARIABLE + " needs name=number but has " + part, e);
        }
        throw new IllegalArgumentException(ENVIRONMENT_VARIABLE + " needs a number of 1 or more but has " + part);
    }
}
