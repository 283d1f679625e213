package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.FieldRules;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is counted of one exchange, and its one event. Belongs to the exchange's event loop.
final class Meter {

    private final ProxyLoop loop;
    private final AdmittedRequest admitted;
    private long receivedBytes;
    private long sentBytes;
    private long dbQueryCount;
    private boolean reachedUpstream;

    Meter(ProxyLoop loop, AdmittedRequest admitted) {
        this.loop = loop;
        this.admitted = admitted;
    }

    /// From now on bytes may reach the upstream, so the request counts whatever becomes of it.
    void reachesUpstream() {
        admitted.admission().commit();
        reachedUpstream = true;
    }

    /// Returns all body bytes received so far.
    long received(int bytes) {
        receivedBytes += bytes;
        return receivedBytes;
    }

    /// Returns all body bytes sent so far, with these.
    long sends(int bytes) {
        sentBytes += bytes;
        return sentBytes;
    }

    /// Takes the number that the upstream reports, if it is one; called once.
    void dbQueries(@Nullable String reported) {
        if (reported == null) {
            return;
        }
        try {
            long count = Long.parseLong(reported.strip());
            if (count >= 0 && count <= FieldRules.COUNT_MAX) {
                dbQueryCount = count;
                loop.gate().reportDbQueries(admitted.tenant(), count);
                return;
            }
        } catch (NumberFormatException notANumber) {
            // Counted below: the upstream's fault must not fail the client's request.
        }
        loop.metrics().badQueryCount();
    }

    /// The id that the event will have, but for its time; null when there will be none.
    @Nullable
    UUID idAhead() {
        RecordSlot slot = admitted.slot();
        return slot == null ? null : loop.recorder().idNow(slot);
    }

    /// Appends the event and returns its id; null when the journal had no room for it. Tokens of a request of which
    /// nothing reached the upstream return.
    @Nullable
    UUID record(int status) {
        long units = reachedUpstream ? admitted.admission().cost() : 0;
        if (units == 0) {
            admitted.admission().giveBack();
        }
        long durationMs = Math.max(0, (loop.nanoTime() - admitted.startedNanos()) / 1_000_000);
        loop.metrics().finished(admitted.route(), status, durationMs, sentBytes, receivedBytes);
        RecordSlot slot = admitted.slot();
        if (slot == null) {
            loop.metrics().unrecorded();
            return null;
        }
        return loop.recorder().record(slot, outcome(status, units, durationMs));
    }

    private RequestOutcome outcome(int status, long units, long durationMs) {
        return new RequestOutcome(
                admitted.tenantId(),
                admitted.userId(),
                admitted.route().eventType(),
                EventText.clean(admitted.target().path(), FieldRules.ENDPOINT_CHARS_MAX),
                admitted.request().method().name(),
                admitted.route().name(),
                Math.min(durationMs, FieldRules.DURATION_MS_MAX),
                dbQueryCount,
                Math.min(status, FieldRules.STATUS_MAX),
                sentBytes,
                receivedBytes,
                units);
    }
}
