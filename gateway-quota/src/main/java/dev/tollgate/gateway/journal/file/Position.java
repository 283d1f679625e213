package dev.tollgate.gateway.journal.file;

/// A place in a lane: the segment's index in the upper 32 bits, the byte within the segment in the lower ones.
final class Position {

    private Position() {}

    static long of(int segment, int offset) {
        return (long) segment << 32 | offset;
    }

    static int segment(long position) {
        return (int) (position >>> 32);
    }

    static int offset(long position) {
        return (int) position;
    }
}
