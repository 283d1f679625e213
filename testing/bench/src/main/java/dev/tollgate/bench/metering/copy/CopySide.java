package dev.tollgate.bench.metering.copy;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeteringSide;
import dev.tollgate.bench.metering.RawTable;
import dev.tollgate.testing.process.Classpaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A bare binary COPY of the same rows, as they come, over one connection into the same table.
public final class CopySide implements MeteringSide {

    private final Path rows;

    /// @param folder for the file of rows, which all runs share
    public CopySide(Path folder) {
        rows = folder.resolve("rows.copy");
    }

    @Override
    public String name() {
        return "bare COPY";
    }

    @Override
    public Running start(Ground ground) {
        try {
            if (!Files.exists(rows)) {
                Path making = rows.resolveSibling("rows.making");
                CopyFile.write(ground, making);
                Files.move(making, rows);
            }
            RawTable.makeMonths(ground);
            Path progressFile = ground.folder().resolve("progress");
            CopyProgress progress = CopyProgress.open(progressFile);
            JavaProcess process = JavaProcess.start(
                    ground.folder(),
                    "copy",
                    Classpaths.current(),
                    Map.of(),
                    List.of(CopyMain.class.getName(), ground.databaseUrl(), rows.toString(), progressFile.toString()));
            return new RunningCopy(ground, process, progress);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot prepare the rows to copy", failed);
        }
    }

    private record RunningCopy(Ground ground, JavaProcess process, CopyProgress progress) implements Running {

        @Override
        public List<String> commands() {
            return List.of(process.command(), CopyMain.SQL);
        }

        @Override
        public List<Long> pids() {
            return List.of(process.pid());
        }

        @Override
        public long done() {
            return progress.told();
        }

        @Override
        public void requireAlive() {
            process.requireAlive();
        }

        @Override
        public void verify() {
            RawTable.requireComplete(ground);
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
