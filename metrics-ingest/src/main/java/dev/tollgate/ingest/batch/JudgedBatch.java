package dev.tollgate.ingest.batch;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventCursor;
import dev.tollgate.schema.contract.EventCursor.Text;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Validated;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The records of one batch as the contract judges them, in columns instead of an object for each: valid ones are rows
/// already, the others are letters; both have a place in a source where it can be read. One thread owns an instance.
final class JudgedBatch {

    static final int NONE = -1;

    private final EventRows rows;
    private final SourceNames sources;
    private final int[] source;
    private final long[] sequence;
    private final int[] row;
    private final Map<Integer, DeadLetter> letters = new HashMap<>();

    JudgedBatch(int size, EventRows rows) {
        this.rows = rows;
        sources = new SourceNames(size);
        source = new int[size];
        sequence = new long[size];
        row = new int[size];
        Arrays.fill(source, NONE);
        Arrays.fill(row, NONE);
    }

    void judge(LogRecord record, int ordinal, Claim claim, EventCursor cursor) {
        Validated.Invalid refused = cursor.read(record.value(), record.timestampMs());
        if (refused == null) {
            row[ordinal] = rows.add(cursor, LogPosition.of(claim.generation(), record.offset()), ordinal);
            source[ordinal] = sources.numberOf(cursor.bytes(), cursor.from(Text.SOURCE), cursor.length(Text.SOURCE));
            sequence[ordinal] = cursor.sequence();
            return;
        }
        letters.put(ordinal, new DeadLetter(record, refused.field(), refused.reason()));
        EventCodec.identify(record.value()).ifPresent(identity -> {
            source[ordinal] = sources.numberOf(identity.source());
            sequence[ordinal] = identity.sequence();
        });
    }

    SourceNames sources() {
        return sources;
    }

    /// The number of the record's source, or `NONE`.
    int source(int ordinal) {
        return source[ordinal];
    }

    long sequence(int ordinal) {
        return sequence[ordinal];
    }

    /// The record's row, or `NONE`.
    int row(int ordinal) {
        return row[ordinal];
    }

    @Nullable
    DeadLetter letter(int ordinal) {
        return letters.get(ordinal);
    }
}
