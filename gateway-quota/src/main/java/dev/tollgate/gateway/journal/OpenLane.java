package dev.tollgate.gateway.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The place of a lane that is being written, with the event loop that may write it. The lane in it may be replaced.
public final class OpenLane {

    /// How long an event loop may take to answer before its lane's sign of life is left out.
    static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    /// @param lane the one that both values are of
    /// @param floorMs no later event is earlier
    /// @param lastSequences per partition, what was appended
    record Snapshot(JournalLane lane, long floorMs, long[] lastSequences) {}

    private final LaneSwitch recorder;
    private volatile JournalLane lane;
    private volatile Executor eventLoop = Runnable::run;

    OpenLane(JournalLane lane, LaneRecorder recorder) {
        this.lane = lane;
        this.recorder = new LaneSwitch(recorder);
    }

    public JournalLane lane() {
        return lane;
    }

    /// For the event loop that bound the lane; stays the same when the lane is replaced.
    public RequestRecorder recorder() {
        return recorder;
    }

    /// Hands the lane to its event loop, before the first request.
    public void bind(Executor newEventLoop) {
        eventLoop = newEventLoop;
    }

    /// Reads all values in one step of the event loop; empty when the loop does not answer.
    Optional<Snapshot> snapshot() {
        return onEventLoop(() -> new Snapshot(lane, recorder.raiseFloor(), lane.lastSequences()));
    }

    /// Puts the next lane in the place of the present one, in one step of the event loop; false when the next one has
    /// no room for what is outstanding, empty when the loop does not answer in time: then it may happen later.
    ///
    /// @param replaced is given the former lane, on the event loop
    Optional<Boolean> replace(JournalLane next, LaneRecorder nextRecorder, Consumer<JournalLane> replaced) {
        return onEventLoop(() -> {
            JournalLane former = lane;
            if (!former.equals(next) && recorder.moveTo(nextRecorder)) {
                lane = next;
                replaced.accept(former);
            }
            return lane.equals(next);
        });
    }

    private <T> Optional<T> onEventLoop(Supplier<T> step) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            eventLoop.execute(() -> answer.complete(step.get()));
            return Optional.of(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | RuntimeException noAnswer) {
            return Optional.empty();
        }
    }
}
