package dev.tollgate.gateway.journal.file;

import dev.tollgate.schema.contract.Topics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The first 256 bytes of a segment: what the lane had given out before it. A header of zeros marks a spare segment.
///
/// Layout, big endian: 0 magic (8), 8 CRC32C of the bytes from 12 on (4), 12 segment index (4), 16 floor (8),
/// 24 base sequences (12 × 8), zeros.
///
/// @param floorMs no event of this segment is earlier
/// @param baseSequences per partition, the last sequence before this segment
record SegmentHeader(int index, long floorMs, long[] baseSequences) {

    static final int BYTES = 256;

    /// "TGJRNL01".
    private static final long MAGIC = 0x54474A524E4C3031L;

    private static final int SUMMED_FROM = 12;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    void writeTo(MemorySegment segment) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(12, index).putLong(16, floorMs);
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            bytes.putLong(24 + 8 * partition, baseSequences[partition]);
        }
        bytes.putInt(8, sum(bytes));
        MemorySegment.copy(bytes.array(), 8, segment, ValueLayout.JAVA_BYTE, 8, BYTES - 8);
        segment.set(LONG, 0, MAGIC);
    }

    /// Empty for zeros and for anything that is not a whole header.
    static Optional<SegmentHeader> read(MemorySegment segment) {
        if (segment.get(LONG, 0) != MAGIC) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(segment.asSlice(0, BYTES).toArray(ValueLayout.JAVA_BYTE));
        if (bytes.getInt(8) != sum(bytes)) {
            return Optional.empty();
        }
        long[] base = new long[Topics.PARTITIONS];
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            base[partition] = bytes.getLong(24 + 8 * partition);
        }
        return Optional.of(new SegmentHeader(bytes.getInt(12), bytes.getLong(16), base));
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), SUMMED_FROM, BYTES - SUMMED_FROM);
        return (int) crc.getValue();
    }
}
