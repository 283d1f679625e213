package dev.tollgate.ingest;

import dev.tollgate.ingest.intake.accesslog.AccessLogImporter;
import java.io.PrintStream;
import java.util.Locale;

/// A progress bar that rewrites its line, once per percent.
final class ImportProgress implements AccessLogImporter.Progress {

    private static final int WIDTH = 40;

    private final PrintStream err;
    private final boolean quiet;
    private long percentShown = -1;

    ImportProgress(PrintStream err, boolean quiet) {
        this.err = err;
        this.quiet = quiet;
    }

    @Override
    public void at(long bytesDone, long bytesTotal) {
        long percent = bytesTotal == 0 ? 100 : bytesDone * 100 / bytesTotal;
        if (quiet || percent == percentShown) {
            return;
        }
        percentShown = percent;
        int filled = (int) (WIDTH * percent / 100);
        err.print(String.format(
                Locale.ROOT, "\rimporting [%s%s] %3d%%", "#".repeat(filled), ".".repeat(WIDTH - filled), percent));
        err.flush();
    }

    void end() {
        if (percentShown >= 0) {
            err.println();
        }
    }
}
