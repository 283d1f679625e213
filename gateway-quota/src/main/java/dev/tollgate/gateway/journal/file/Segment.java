package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// One mapped file of a lane. Its blocks exist on the disk before anything is written to it: a write to a hole on a
/// full disk would end the process.
final class Segment {

    private static final String SUFFIX = ".segment";
    private static final int ZEROS_BYTES = 1 << 20;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Path file;
    private final int index;
    private final Arena arena;
    private final MemorySegment memory;

    private Segment(Path file, int index, Arena arena, MemorySegment memory) {
        this.file = file;
        this.index = index;
        this.arena = arena;
        this.memory = memory;
    }

    /// Makes a spare segment of zeros; leaves nothing behind when the disk is full.
    static Segment create(Path laneDirectory, int index, int bytes) throws IOException {
        Path file = laneDirectory.resolve("%010d%s".formatted(index, SUFFIX));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(Math.min(bytes, ZEROS_BYTES));
            for (int written = 0; written < bytes; ) {
                zeros.clear().limit(Math.min(zeros.capacity(), bytes - written));
                written += channel.write(zeros);
            }
            channel.force(true);
            return map(file, index, channel);
        } catch (IOException full) {
            Files.deleteIfExists(file);
            throw full;
        }
    }

    static Segment open(Path file, int index) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return map(file, index, channel);
        }
    }

    private static Segment map(Path file, int index, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        return new Segment(file, index, arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena));
    }

    /// The index that the name of a segment file carries; empty for other files.
    static Optional<Integer> indexOf(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(name.substring(0, name.length() - SUFFIX.length())));
    }

    int index() {
        return index;
    }

    int size() {
        return (int) memory.byteSize();
    }

    void begin(SegmentHeader header) {
        header.writeTo(memory);
    }

    Optional<SegmentHeader> header() {
        return size() < SegmentHeader.BYTES ? Optional.empty() : SegmentHeader.read(memory);
    }

    void write(int offset, byte[] record, int length) {
        MemorySegment.copy(record, 0, memory, ValueLayout.JAVA_BYTE, offset, length);
    }

    /// The length of the JSON there, unchecked; 0 when no record can begin there.
    int lengthAt(int offset) {
        return offset + RecordFormat.HEADER_BYTES > size() ? 0 : memory.get(INT, offset);
    }

    void copyOut(int offset, byte[] into, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, into, 0, length);
    }

    /// The record there, which must be whole.
    EventRecord read(int offset) {
        int length = lengthAt(offset);
        byte[] json = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + RecordFormat.HEADER_BYTES, json, 0, length);
        return new EventRecord(
                Position.of(index, offset + RecordFormat.bytesOf(length)),
                memory.get(INT, offset + 24),
                memory.get(LONG, offset + 16),
                memory.get(LONG, offset + 8),
                json);
    }

    /// Makes everything from there on zeros again.
    void zeroFrom(int offset) {
        memory.asSlice(offset).fill((byte) 0);
    }

    void close() {
        arena.close();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }
}
