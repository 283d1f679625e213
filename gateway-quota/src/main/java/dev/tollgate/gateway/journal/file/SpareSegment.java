package dev.tollgate.gateway.journal.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The segment of zeros that a lane holds ready, made by another thread so that no event loop waits for the disk.
/// Safe for all threads; the lane's writer takes it.
final class SpareSegment {

    private static final Logger log = LoggerFactory.getLogger(SpareSegment.class);

    private final Path directory;
    private final int segmentBytes;
    private final JournalBudget budget;
    private final Executor spaceMaker;
    private final AtomicReference<@Nullable Segment> ready;
    private final AtomicBoolean making = new AtomicBoolean();

    /// @param found one that an earlier process left
    SpareSegment(Path directory, int segmentBytes, JournalBudget budget, Executor spaceMaker, @Nullable Segment found) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.budget = budget;
        this.spaceMaker = spaceMaker;
        this.ready = new AtomicReference<>(found);
        if (found != null) {
            budget.take(found.size());
        }
    }

    Optional<Segment> take() {
        return Optional.ofNullable(ready.getAndSet(null));
    }

    /// Bytes that events can use; 0 when there is no segment.
    int usableBytes() {
        Segment segment = ready.get();
        return segment == null ? 0 : segment.size() - SegmentHeader.BYTES;
    }

    /// Whether there is none, and none is being made.
    boolean isMissing() {
        return ready.get() == null && !making.get();
    }

    /// Has one made, unless there is one or the journal is at its bound.
    void makeSoon(int index) {
        if (ready.get() != null || !making.compareAndSet(false, true)) {
            return;
        }
        try {
            spaceMaker.execute(() -> make(index));
        } catch (RejectedExecutionException stopping) {
            making.set(false);
        }
    }

    private void make(int index) {
        try {
            if (ready.get() == null && budget.tryTake(segmentBytes)) {
                try {
                    ready.set(Segment.create(directory, index, segmentBytes));
                } catch (IOException full) {
                    budget.giveBack(segmentBytes);
                    log.warn(
                            "journal lane {}: no room for another segment: {}",
                            directory.getFileName(),
                            full.toString());
                }
            }
        } finally {
            making.set(false);
        }
    }
}
