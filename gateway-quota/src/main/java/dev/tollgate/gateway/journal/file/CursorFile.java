package dev.tollgate.gateway.journal.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The position up to which a lane is published, in a mapped file of its own. Safe for all threads; one moves it.
final class CursorFile {

    static final int BYTES = 4_096;
    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();

    private final Arena arena;
    private final MemorySegment memory;

    private CursorFile(Arena arena, MemorySegment memory) {
        this.arena = arena;
        this.memory = memory;
    }

    /// Opens the file; a new one stands at position 0.
    static CursorFile open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < BYTES) {
                ByteBuffer zeros = ByteBuffer.allocate((int) (BYTES - channel.size()));
                long at = channel.size();
                while (zeros.hasRemaining()) {
                    at += channel.write(zeros, at);
                }
            }
            Arena arena = Arena.ofShared();
            return new CursorFile(arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena));
        }
    }

    long get() {
        return (long) POSITION.getAcquire(memory, 0L);
    }

    void set(long position) {
        POSITION.setRelease(memory, 0L, position);
    }

    void close() {
        arena.close();
    }
}
