package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tokens used without a lease, by the second of the ledger's clock, until they are booked. The last minute is kept by
/// the second, the last hour by the half minute, what is older by the hour; each entry is dated to the latest second in
/// it, so that no window forgets it too early. Not safe for use by several threads.
final class UseLog {

    /// One less than a booking holds: a reserve that a former process may have spent is booked beside it.
    static final int ENTRIES_MAX = UsageBooking.USES_MAX - 1;

    /// An undecided use older than this is booked all the same.
    static final long UNDECIDED_SECONDS_MAX = 8;

    private static final int MINUTE_SECONDS = 61;
    private static final int HOUR_SECONDS = 3_630;
    private static final int FIRST_ENTRIES = 4;

    private long[] seconds = new long[FIRST_ENTRIES];
    private long[] tokens = new long[FIRST_ENTRIES];
    private long[] undecided = new long[FIRST_ENTRIES];
    private int size;

    /// Notes a use that may still be given back. Returns the second to which it is dated; never before an earlier one.
    long use(long second, long cost) {
        int at = entry(second);
        tokens[at] += cost;
        undecided[at] += cost;
        return seconds[at];
    }

    /// Notes a use for good.
    void add(Use use) {
        // In two steps: making room for the entry replaces the array.
        int at = entry(use.epochSecond());
        tokens[at] += use.tokens();
    }

    /// A use of that second is for good.
    void commit(long second, long cost) {
        int at = find(second);
        if (at < size && undecided[at] >= cost) {
            undecided[at] -= cost;
        }
    }

    /// Forgets a use of that second; false when it is booked.
    boolean giveBack(long second, long cost) {
        int at = find(second);
        if (at >= size || undecided[at] < cost) {
            return false;
        }
        undecided[at] -= cost;
        tokens[at] -= cost;
        if (tokens[at] == 0) {
            remove(at);
        }
        return true;
    }

    /// Takes out what is decided, or has been undecided for too long.
    List<Use> take(long nowSecond) {
        List<Use> taken = new ArrayList<>(size);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean overdue = nowSecond - seconds[i] > UNDECIDED_SECONDS_MAX;
            long left = overdue ? 0 : undecided[i];
            if (tokens[i] > left) {
                taken.add(new Use(seconds[i], tokens[i] - left));
            }
            if (left > 0) {
                seconds[kept] = seconds[i];
                tokens[kept] = left;
                undecided[kept] = left;
                kept++;
            }
        }
        size = kept;
        return taken;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Whether there is something to take out.
    boolean isDue(long nowSecond) {
        for (int i = 0; i < size; i++) {
            if (tokens[i] > undecided[i] || nowSecond - seconds[i] > UNDECIDED_SECONDS_MAX) {
                return true;
            }
        }
        return false;
    }

    /// Tokens used in that second and later.
    long since(long second) {
        long sum = 0;
        for (int i = size - 1; i >= 0 && seconds[i] >= second; i--) {
            sum += tokens[i];
        }
        return sum;
    }

    /// The second of the entry with which so many tokens, counted from `second` on, are reached; `second` for none.
    long reaches(long second, long count) {
        long left = count;
        for (int i = 0; i < size; i++) {
            if (seconds[i] >= second) {
                left -= tokens[i];
                if (left <= 0) {
                    return seconds[i];
                }
            }
        }
        return second;
    }

    private int entry(long second) {
        long dated = size == 0 ? second : Math.max(second, seconds[size - 1]);
        if (size > 0 && seconds[size - 1] == dated) {
            return size - 1;
        }
        if (size == ENTRIES_MAX) {
            compact(dated);
        }
        if (size == seconds.length) {
            int larger = Math.min(ENTRIES_MAX, size * 2);
            seconds = Arrays.copyOf(seconds, larger);
            tokens = Arrays.copyOf(tokens, larger);
            undecided = Arrays.copyOf(undecided, larger);
        }
        seconds[size] = dated;
        tokens[size] = 0;
        undecided[size] = 0;
        return size++;
    }

    /// The first entry that can hold that second; `size` when there is none.
    private int find(long second) {
        int at = 0;
        while (at < size && seconds[at] < second) {
            at++;
        }
        return at;
    }

    private void compact(long nowSecond) {
        int kept = 0;
        for (int i = 1; i < size; i++) {
            if (bucketSeconds(seconds[kept], nowSecond) == bucketSeconds(seconds[i], nowSecond)
                    && seconds[kept] / bucketSeconds(seconds[i], nowSecond)
                            == seconds[i] / bucketSeconds(seconds[i], nowSecond)) {
                merge(i, kept);
            } else {
                kept++;
                seconds[kept] = seconds[i];
                tokens[kept] = tokens[i];
                undecided[kept] = undecided[i];
            }
        }
        size = kept + 1;
        if (size == ENTRIES_MAX) {
            merge(0, 1);
            remove(0);
        }
    }

    private void merge(int from, int into) {
        seconds[into] = Math.max(seconds[into], seconds[from]);
        tokens[into] += tokens[from];
        undecided[into] += undecided[from];
    }

    private static int bucketSeconds(long second, long nowSecond) {
        long age = nowSecond - second;
        if (age <= MINUTE_SECONDS) {
            return 1;
        }
        return age <= HOUR_SECONDS ? 30 : 3_600;
    }

    private void remove(int at) {
        for (int i = at + 1; i < size; i++) {
            seconds[i - 1] = seconds[i];
            tokens[i - 1] = tokens[i];
            undecided[i - 1] = undecided[i];
        }
        size--;
    }
}
