package dev.tollgate.ingest.intake.accesslog;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A log that can be read several times.
public interface AccessLog {

    Lines open() throws IOException;

    /// How long it is, as `Lines.bytesRead` counts.
    long sizeBytes() throws IOException;

    /// One way through the log.
    interface Lines extends AutoCloseable {

        /// The next line; null at the end.
        @Nullable
        RawLine next() throws IOException;

        /// For showing progress.
        long bytesRead();

        @Override
        void close() throws IOException;
    }

    /// A line without its end.
    ///
    /// @param number from 1
    /// @param tooLong whether bytes beyond `LINE_BYTES_MAX` were left out
    /// @param terminated whether an end of line followed
    record RawLine(long number, byte[] bytes, boolean tooLong, boolean terminated) {
        public static final int LINE_BYTES_MAX = 64 * 1_024;
    }
}
