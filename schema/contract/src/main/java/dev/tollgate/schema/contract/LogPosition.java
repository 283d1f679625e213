package dev.tollgate.schema.contract;

/// A place in a partition's log as one number that grows with time: `generation << 48 | offset`. The
/// generation (1, 2, …, table `topic_generations`) tells a recreated topic from its predecessor, so that a
/// position never repeats. A tenant lives in one partition, so one position cuts its history in two.
public final class LogPosition {

    public static final int GENERATION_MAX = (1 << 15) - 1;
    public static final long OFFSET_MAX = (1L << 48) - 1;

    private LogPosition() {}

    public static long of(int generation, long offset) {
        if (generation < 1 || generation > GENERATION_MAX) {
            throw new IllegalArgumentException("generation must be 1 to 32767 but is " + generation);
        }
        if (offset < 0 || offset > OFFSET_MAX) {
            throw new IllegalArgumentException("offset must be 0 to 2^48-1 but is " + offset);
        }
        return (long) generation << 48 | offset;
    }

    public static int generation(long position) {
        return (int) (position >>> 48);
    }

    public static long offset(long position) {
        return position & OFFSET_MAX;
    }
}
