package dev.tollgate.schema.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which sequences of one source have been seen: the highest, and the ranges below it that are missing. The
/// state grows with disorder, not with events, and never beyond `MISSING_RANGES_MAX` ranges.
///
/// Mutable, without locks: one thread owns an instance.
public final class SourceSequences {

    public static final int MISSING_RANGES_MAX = 1_000;

    private static final int RANGES_USUAL = 4;

    /// What became of a sequence.
    public enum Acceptance {
        /// Seen for the first time, and noted.
        NEW,
        /// A repetition; drop it.
        SEEN,
        /// New, but noting it needs one more missing range than fit. Nothing changed.
        OVERFLOW
    }

    /// Missing sequences, both ends included.
    public record Range(long from, long to) {}

    private long highest;
    private int size;
    private long[] from = new long[RANGES_USUAL];
    private long[] to = new long[RANGES_USUAL];

    /// Nothing seen yet.
    public SourceSequences() {}

    private SourceSequences(SourceSequences other) {
        highest = other.highest;
        size = other.size;
        from = other.from.clone();
        to = other.to.clone();
    }

    /// The state that `toLongs` wrote.
    public static SourceSequences fromLongs(long[] longs) {
        if (longs.length == 0) {
            throw new IllegalArgumentException("the state must start with the highest sequence");
        }
        return of(longs[0], Arrays.copyOfRange(longs, 1, longs.length));
    }

    /// The state of the highest sequence and what `missingLongs` wrote.
    public static SourceSequences of(long highest, long[] missing) {
        if (missing.length % 2 != 0 || missing.length / 2 > MISSING_RANGES_MAX) {
            throw new IllegalArgumentException(
                    "missing must be at most 1000 pairs but has " + missing.length + " parts");
        }
        SourceSequences sequences = new SourceSequences();
        long before = -1;
        for (int i = 0; i < missing.length; i += 2) {
            boolean ordered = missing[i] > before + 1 && missing[i] >= 1 && missing[i] <= missing[i + 1];
            if (!ordered || missing[i + 1] >= highest) {
                throw new IllegalArgumentException(
                        "missing must be ascending ranges below " + highest + " but is " + Arrays.toString(missing));
            }
            before = missing[i + 1];
            sequences.insert(sequences.size, missing[i], missing[i + 1]);
        }
        if (highest < 0) {
            throw new IllegalArgumentException("highest must be 0 or more but is " + highest);
        }
        sequences.highest = highest;
        return sequences;
    }

    public Acceptance accept(long sequence) {
        if (sequence < 1) {
            throw new IllegalArgumentException("a sequence must be 1 or more but is " + sequence);
        }
        return sequence > highest ? advance(sequence) : fill(sequence);
    }

    /// Notes a sequence that is not stored (dead-lettered, given up). False when it does not fit.
    public boolean markSeen(long sequence) {
        return accept(sequence) != Acceptance.OVERFLOW;
    }

    /// The highest sequence seen; 0 before the first.
    public long highest() {
        return highest;
    }

    public List<Range> missing() {
        List<Range> ranges = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            ranges.add(new Range(from[i], to[i]));
        }
        return ranges;
    }

    /// How many sequences below the highest are missing.
    public long missingCount() {
        long count = 0;
        for (int i = 0; i < size; i++) {
            count += to[i] - from[i] + 1;
        }
        return count;
    }

    /// Whether every sequence from 1 to `last` has been seen.
    public boolean isCompleteTo(long last) {
        return highest >= last && (size == 0 || from[0] > last);
    }

    public SourceSequences copy() {
        return new SourceSequences(this);
    }

    /// `highest, from1, to1, from2, to2, …`
    public long[] toLongs() {
        long[] longs = new long[1 + 2 * size];
        longs[0] = highest;
        writeRanges(longs, 1);
        return longs;
    }

    /// `from1, to1, from2, to2, …`
    public long[] missingLongs() {
        long[] longs = new long[2 * size];
        writeRanges(longs, 0);
        return longs;
    }

    private Acceptance advance(long sequence) {
        if (sequence > highest + 1) {
            if (size == MISSING_RANGES_MAX) {
                return Acceptance.OVERFLOW;
            }
            insert(size, highest + 1, sequence - 1);
        }
        highest = sequence;
        return Acceptance.NEW;
    }

    private Acceptance fill(long sequence) {
        int index = indexOfRangeWith(sequence);
        if (index < 0) {
            return Acceptance.SEEN;
        }
        if (from[index] == to[index]) {
            remove(index);
        } else if (sequence == from[index]) {
            from[index]++;
        } else if (sequence == to[index]) {
            to[index]--;
        } else if (size == MISSING_RANGES_MAX) {
            return Acceptance.OVERFLOW;
        } else {
            insert(index + 1, sequence + 1, to[index]);
            to[index] = sequence - 1;
        }
        return Acceptance.NEW;
    }

    private int indexOfRangeWith(long sequence) {
        int found = Arrays.binarySearch(from, 0, size, sequence);
        int index = found >= 0 ? found : -found - 2;
        return index >= 0 && sequence <= to[index] ? index : -1;
    }

    private void insert(int index, long rangeFrom, long rangeTo) {
        if (size == from.length) {
            int length = Math.min(MISSING_RANGES_MAX, 2 * size);
            from = Arrays.copyOf(from, length);
            to = Arrays.copyOf(to, length);
        }
        System.arraycopy(from, index, from, index + 1, size - index);
        System.arraycopy(to, index, to, index + 1, size - index);
        from[index] = rangeFrom;
        to[index] = rangeTo;
        size++;
    }

    private void remove(int index) {
        size--;
        System.arraycopy(from, index + 1, from, index, size - index);
        System.arraycopy(to, index + 1, to, index, size - index);
    }

    private void writeRanges(long[] longs, int at) {
        for (int i = 0; i < size; i++) {
            longs[at + 2 * i] = from[i];
            longs[at + 2 * i + 1] = to[i];
        }
    }

    @Override
    public String toString() {
        return "SourceSequences[highest=" + highest + ", missing=" + missing() + "]";
    }
}
