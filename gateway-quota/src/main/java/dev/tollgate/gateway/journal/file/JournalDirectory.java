package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.LaneStore;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The journal's folder: one folder per lane, and a lock that keeps a second process out.
public final class JournalDirectory implements LaneStore {

    private static final String LOCK = "lock";
    private static final long SPACE_MAKER_STOP_MS_MAX = 10_000;

    private final JournalSettings settings;
    private final LongSupplier clockMs;
    private final RandomGenerator random;
    private final StrikePoints strikes;
    private final JournalBudget budget;
    private final FileChannel lockFile;
    private final ExecutorService spaceMaker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("journal-space").daemon().factory());
    private final List<FileLane> lanes = new CopyOnWriteArrayList<>();

    private JournalDirectory(
            JournalSettings settings,
            LongSupplier clockMs,
            RandomGenerator random,
            StrikePoints strikes,
            FileChannel lockFile) {
        this.settings = settings;
        this.clockMs = clockMs;
        this.random = random;
        this.strikes = strikes;
        this.budget = new JournalBudget(settings.bytesMax());
        this.lockFile = lockFile;
    }

    /// Opens the folder and recovers its lanes; throws when another process has it.
    ///
    /// @param clockMs epoch milliseconds, corrected to the ledger's clock
    public static JournalDirectory open(
            JournalSettings settings, LongSupplier clockMs, RandomGenerator random, StrikePoints strikes) {
        try {
            Files.createDirectories(settings.directory());
            FileChannel lockFile = FileChannel.open(
                    settings.directory().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(lockFile) == null) {
                lockFile.close();
                throw new IllegalStateException(
                        "the journal directory " + settings.directory() + " is in use by another process");
            }
            JournalDirectory directory = new JournalDirectory(settings, clockMs, random, strikes, lockFile);
            directory.recover();
            return directory;
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal directory cannot be opened: " + settings.directory(), failed);
        }
    }

    private static @Nullable FileLock lock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    private void recover() throws IOException {
        List<Path> folders;
        try (Stream<Path> listed = Files.list(settings.directory())) {
            folders = listed.filter(Files::isDirectory)
                    .filter(folder -> LaneSources.isLaneId(folder.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        for (Path folder : folders) {
            if (LaneFolder.isHalfMade(folder)) {
                LaneFolder.delete(folder);
            } else {
                lanes.add(FileLane.recover(folder, settings.segmentBytes(), budget, spaceMaker));
            }
        }
    }

    @Override
    public List<JournalLane> existing() {
        return List.copyOf(lanes);
    }

    @Override
    public JournalLane create(String laneId) {
        try {
            FileLane lane =
                    FileLane.create(settings.directory().resolve(laneId), settings.segmentBytes(), budget, spaceMaker);
            lanes.add(lane);
            return lane;
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "journal lane " + laneId + " cannot be made: " + failed.getMessage(), failed);
        }
    }

    @Override
    public LaneRecorder recorder(JournalLane lane, long floorMs) {
        FileLane own = lanes.stream()
                .filter(each -> each.laneId().equals(lane.laneId()))
                .findFirst()
                .orElseThrow();
        own.beginWriting();
        return new LaneWriter(own, clockMs, floorMs, random, strikes);
    }

    @Override
    public long bytesUsed() {
        return budget.used();
    }

    @Override
    public boolean isFull() {
        return lanes.stream().anyMatch(FileLane::isFull);
    }

    @Override
    public void close() {
        spaceMaker.shutdown();
        try {
            if (!spaceMaker.awaitTermination(SPACE_MAKER_STOP_MS_MAX, TimeUnit.MILLISECONDS)) {
                return;
            }
            lanes.forEach(FileLane::close);
            lockFile.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal's lock cannot be released", failed);
        }
    }
}
