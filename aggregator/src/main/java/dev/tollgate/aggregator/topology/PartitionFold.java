package dev.tollgate.aggregator.topology;

import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.aggregator.fold.StoragePoint;
import dev.tollgate.aggregator.fold.StorageTimeline;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.EventIdentity;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.StaleHour;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Folds one partition of `usage.requests.v1` into hourly buckets: judge the record, drop what was seen, decide who
/// owns the hour, add. Buckets are changed in memory; `flush` writes each changed one to the state and emits it once.
/// Who calls must flush before every commit of the position, so that a commit never covers a change that was neither
/// stored nor emitted. The result depends on the log alone, not on where it was committed or restarted.
///
/// One thread owns an instance.
public final class PartitionFold {

    private final FoldState state;
    private final FoldOutput output;
    private final FoldCounters counters;
    private final int changesMax;
    private final WorkingSet<HourKey, Bucket> buckets;
    private final WorkingSet<String, SourceSequences> sequences;
    private final WorkingSet<String, StorageTimeline> storages;
    private final Map<HourKey, Stale> staleHours = new LinkedHashMap<>();
    private final EventCursor event = new EventCursor();
    private final EventFingerprint fingerprint = new EventFingerprint();
    private @Nullable PartitionState stored;
    private @Nullable PartitionState partition;

    private record Stale(long logPosition, StaleReason reason) {}

    /// @param workingHoursMax how many buckets (and sources, and tenants) stay in memory between commits, and how many
    ///     changes are held before they are written early
    public PartitionFold(FoldState state, FoldOutput output, FoldCounters counters, int workingHoursMax) {
        this.state = state;
        this.output = output;
        this.counters = counters;
        changesMax = workingHoursMax;
        buckets = new WorkingSet<>(workingHoursMax, state::bucket, key -> new Bucket(key.tenantId(), key.hourMs()));
        sequences = new WorkingSet<>(workingHoursMax, state::sequences, source -> new SourceSequences());
        storages = new WorkingSet<>(workingHoursMax, state::storage, tenant -> new StorageTimeline());
        stored = state.partition();
        partition = stored;
    }

    /// Takes the next record of the partition.
    ///
    /// @param value null for a tombstone
    public void accept(byte @Nullable [] value, long logPosition, long brokerTimeMs) {
        PartitionState known = partition;
        advance(known == null ? PartitionState.bornAt(logPosition, brokerTimeMs) : known.at(brokerTimeMs));
        if (event.read(value, brokerTimeMs) != null) {
            counters.invalid.increment();
            EventCodec.identify(value).ifPresent(this::countAsSeen);
        } else if (isNew(event.source(), event.sequence())) {
            fold(logPosition, brokerTimeMs);
        }
        if (changes() >= changesMax) {
            flush();
        }
    }

    /// Moves on in the broker's time, and forgets old hours once per hour of it. What changed is emitted before, as
    /// long as what it carries is still known.
    private void advance(PartitionState next) {
        OwnershipRule rule = next.rule().at(next.brokerTimeMs());
        if (!rule.equals(next.rule())) {
            flush();
            buckets.forgetIf(key -> key.hourMs() < rule.keptFromMs());
            state.forgetBefore(rule.keptFromMs());
        }
        partition = next.withRule(rule);
    }

    private int changes() {
        return buckets.changedCount() + staleHours.size() + sequences.changedCount() + storages.changedCount();
    }

    /// Ingest puts an invalid record on the dead letter topic and counts it as seen; so must this, or the two would
    /// disagree about missing ranges.
    private void countAsSeen(EventIdentity identity) {
        WorkingSet.Entry<String, SourceSequences> source = sequences.get(identity.source());
        if (source.value().accept(identity.sequence()) == SourceSequences.Acceptance.NEW) {
            sequences.markChanged(source);
        }
    }

    private boolean isNew(String source, long sequence) {
        WorkingSet.Entry<String, SourceSequences> known = sequences.get(source);
        return switch (known.value().accept(sequence)) {
            case NEW -> {
                sequences.markChanged(known);
                yield true;
            }
            case SEEN -> {
                counters.repeated.increment();
                yield false;
            }
            case OVERFLOW -> {
                counters.overflowed.increment();
                yield false;
            }
        };
    }

    private void fold(long logPosition, long brokerTimeMs) {
        HourKey key = new HourKey(event.tenantId(), Hours.floor(event.eventTimeMs()));
        Measurement measurement = Measurement.of(event);
        StaleReason refusal = current().rule().refuse(key.hourMs(), brokerTimeMs);
        if (refusal == null) {
            WorkingSet.Entry<HourKey, Bucket> bucket = buckets.get(key);
            bucket.value().add(measurement, fingerprint.of(event), logPosition);
            buckets.markChanged(bucket);
            partition = current().withHour(key.hourMs());
            counters.folded.increment();
        } else {
            staleHours.merge(
                    key,
                    new Stale(logPosition, refusal),
                    (first, last) -> new Stale(Math.max(first.logPosition, last.logPosition), first.reason));
            counters.stale.increment();
        }
        StoragePoint storage = measurement.storage();
        if (storage != null) {
            carryForward(key, storage, logPosition);
        }
    }

    /// Hours after the report that have none of their own carry it: those that exist are emitted anew. The walk is
    /// bounded by the hours that a partition keeps.
    private void carryForward(HourKey reported, StoragePoint storage, long logPosition) {
        long keptFrom = current().rule().keptFromMs();
        WorkingSet.Entry<String, StorageTimeline> timeline = storages.get(reported.tenantId());
        if (!timeline.value().report(storage, keptFrom)) {
            return;
        }
        storages.markChanged(timeline);
        long last = Math.min(current().latestHourMs(), timeline.value().nextReportedHour(reported.hourMs()) - 1);
        long first = Math.max(reported.hourMs() + Hours.HOUR_MS, keptFrom);
        for (long hourMs = first; hourMs <= last; hourMs += Hours.HOUR_MS) {
            WorkingSet.Entry<HourKey, Bucket> later = buckets.find(new HourKey(reported.tenantId(), hourMs));
            if (later != null) {
                later.value().touch(logPosition);
                buckets.markChanged(later);
            }
        }
    }

    /// Whether a change waits for `flush`, and the latest record was taken by the broker at that time or later.
    public boolean holdsChangesSince(long brokerTimeMs) {
        PartitionState now = partition;
        return now != null && now.brokerTimeMs() >= brokerTimeMs && changes() > 0;
    }

    /// Writes and emits everything that changed since the last call.
    public void flush() {
        if (partition == null) {
            return;
        }
        buckets.write((key, bucket) -> {
            state.put(bucket);
            output.bucket(bucket.toHourly(HourOwner.STREAM, storageAsOf(key)));
            counters.emitted.increment();
        });
        staleHours.forEach((key, stale) ->
                output.stale(new StaleHour(key.tenantId(), key.hour(), stale.logPosition), stale.reason));
        staleHours.clear();
        storages.write(state::put);
        sequences.write(state::put);
        PartitionState now = current();
        if (!now.equals(stored)) {
            state.put(now);
            stored = now;
        }
    }

    private @Nullable Long storageAsOf(HourKey key) {
        return storages.get(key.tenantId()).value().asOf(key.hourMs());
    }

    private PartitionState current() {
        PartitionState now = partition;
        if (now == null) {
            throw new IllegalStateException("no record was met yet");
        }
        return now;
    }
}
