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
    private volatile boolean diskFull;
    private volatile boolean ended;

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

    /// Has one made, unless there is one, the journal is at its bound, or the disk was full at the last attempt.
    void makeSoon(int index) {
        if (!diskFull) {
            makeAnyway(index);
        }
    }

    /// As `makeSoon`, but tries the disk again. For callers that come seldom: an attempt writes until the disk is full.
    void makeAnyway(int index) {
        if (ended || ready.get() != null || !making.compareAndSet(false, true)) {
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
                create(index);
            }
        } finally {
            making.set(false);
        }
        if (ended) {
            giveUp();
        }
    }

    private void create(int index) {
        try {
            ready.set(Segment.create(directory, index, segmentBytes));
            diskFull = false;
        } catch (IOException full) {
            budget.giveBack(segmentBytes);
            if (!diskFull) {
                log.warn("journal lane {}: no room for another segment: {}", directory.getFileName(), "" + full);
            }
            diskFull = true;
        }
    }

    /// None is needed any more: one that is there, or is being made, is deleted.
    void end() {
        ended = true;
        giveUp();
    }

    private void giveUp() {
        take().ifPresent(segment -> {
            try {
                segment.delete();
                budget.giveBack(segmentBytes);
            } catch (IOException failed) {
                log.warn(
                        "journal lane {}: a spare segment cannot be deleted: {}", directory.getFileName(), "" + failed);
            }
        });
    }
}
