package dev.tollgate.gateway.journal.file;

import java.io.OutputStream;

/// Writes into a part of an array that is made once.
final class ScratchOutput extends OutputStream {

    private final byte[] bytes;
    private final int start;
    private int end;

    ScratchOutput(byte[] bytes, int start) {
        super();
        this.bytes = bytes;
        this.start = start;
        this.end = start;
    }

    void clear() {
        end = start;
    }

    int length() {
        return end - start;
    }

    @Override
    public void write(int b) {
        bytes[end++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, bytes, end, length);
        end += length;
    }
}
