package dev.tollgate.gateway.journal.file;

import java.nio.file.Path;

/// Where the journal lies and how large it may grow.
///
/// @param segmentBytes size of one segment file
/// @param bytesMax the most that all segment files together may take; the first segment of a lane is made in any case
public record JournalSettings(Path directory, int segmentBytes, long bytesMax) {

    public static final int SEGMENT_BYTES_MIN = 64 * 1_024;
    public static final int SEGMENT_BYTES_MAX = 1 << 30;

    public JournalSettings {
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX || segmentBytes % 4_096 != 0) {
            throw new IllegalArgumentException("segmentBytes must be a multiple of 4096 from " + SEGMENT_BYTES_MIN
                    + " to " + SEGMENT_BYTES_MAX + " but is " + segmentBytes);
        }
        if (bytesMax < 2L * segmentBytes) {
            throw new IllegalArgumentException(
                    "bytesMax must hold at least two segments of " + segmentBytes + " but is " + bytesMax);
        }
    }
}
