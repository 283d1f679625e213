package dev.tollgate.ingest.intake.accesslog;

/// Counts how often each line has come, so that identical lines are told apart. Lines are kept as the first 16
/// bytes of their SHA-256, in an open hash table: about 40 to 80 bytes of memory for each different line.
///
/// One thread owns an instance.
final class OrdinalBook {

    /// The most different lines of one import; a longer log is imported in parts.
    static final int LINES_MAX = 1 << 24;

    private static final int SLOTS_FIRST = 1 << 12;

    private long[] high = new long[SLOTS_FIRST];
    private long[] low = new long[SLOTS_FIRST];
    private int[] count = new int[SLOTS_FIRST];
    private int lines;

    /// 1 for the first line of that hash, 2 for the second, and so on.
    int next(long hashHigh, long hashLow) {
        int slot = slotOf(hashHigh, hashLow);
        if (count[slot] == 0) {
            if (lines == LINES_MAX) {
                throw new IllegalStateException(
                        "the log has more than " + LINES_MAX + " different lines; import it in parts");
            }
            lines++;
            high[slot] = hashHigh;
            low[slot] = hashLow;
        }
        int ordinal = ++count[slot];
        if (ordinal == 1 && lines * 2 > high.length) {
            grow();
        }
        return ordinal;
    }

    private int slotOf(long hashHigh, long hashLow) {
        int mask = high.length - 1;
        int slot = (int) hashLow & mask;
        while (count[slot] != 0 && (high[slot] != hashHigh || low[slot] != hashLow)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        int[] oldCount = count;
        high = new long[oldHigh.length * 2];
        low = new long[oldHigh.length * 2];
        count = new int[oldHigh.length * 2];
        for (int i = 0; i < oldHigh.length; i++) {
            if (oldCount[i] != 0) {
                int slot = slotOf(oldHigh[i], oldLow[i]);
                high[slot] = oldHigh[i];
                low[slot] = oldLow[i];
                count[slot] = oldCount[i];
            }
        }
    }
}
