package dev.tollgate.gateway.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A lane that is being written, with the event loop that may write it.
public final class OpenLane {

    /// How long an event loop may take to answer before its lane's sign of life is left out.
    static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    /// @param floorMs no later event is earlier
    /// @param lastSequences per partition, what was appended
    record Snapshot(long floorMs, long[] lastSequences) {}

    private final JournalLane lane;
    private final LaneRecorder recorder;
    private volatile Executor eventLoop = Runnable::run;

    OpenLane(JournalLane lane, LaneRecorder recorder) {
        this.lane = lane;
        this.recorder = recorder;
    }

    public JournalLane lane() {
        return lane;
    }

    /// For the event loop that bound the lane.
    public RequestRecorder recorder() {
        return recorder;
    }

    /// Hands the lane to its event loop, before the first request.
    public void bind(Executor newEventLoop) {
        eventLoop = newEventLoop;
    }

    /// Reads both values in one step of the event loop; empty when the loop does not answer.
    Optional<Snapshot> snapshot() {
        CompletableFuture<Snapshot> answer = new CompletableFuture<>();
        try {
            eventLoop.execute(() -> answer.complete(new Snapshot(recorder.raiseFloor(), lane.lastSequences())));
            return Optional.of(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | RuntimeException noAnswer) {
            return Optional.empty();
        }
    }
}
