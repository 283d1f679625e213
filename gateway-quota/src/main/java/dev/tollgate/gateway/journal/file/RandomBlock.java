package dev.tollgate.gateway.journal.file;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/// Random bits fetched in blocks: for a cryptographically strong source a call costs more than its bits. Belongs to
/// one thread.
final class RandomBlock {

    private static final int BYTES = 4_096;

    private final RandomGenerator source;
    private final ByteBuffer block = ByteBuffer.allocate(BYTES).limit(0);

    RandomBlock(RandomGenerator source) {
        this.source = source;
    }

    long nextLong() {
        if (!block.hasRemaining()) {
            source.nextBytes(block.array());
            block.clear();
        }
        return block.getLong();
    }
}
