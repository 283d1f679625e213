package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.schema.contract.EventCodec;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How an event stands in a segment, big endian, padded with zeros to 8 bytes: 0 length of the JSON (4), 4 CRC32C of
/// everything from 8 on (4), 8 event time (8), 16 sequence (8), 24 partition (4), 28 zeros (4), 32 the JSON. A length
/// of 0 means that nothing follows.
///
/// One thread owns an instance: it is also the scratch space in which a record is made.
final class RecordFormat {

    static final int HEADER_BYTES = 32;
    static final int RECORD_BYTES_MAX = bytesOf(EventCodec.EVENT_BYTES_MAX);

    private static final int SUMMED_FROM = 8;

    private final byte[] scratch = new byte[RECORD_BYTES_MAX];
    private final ByteBuffer header = ByteBuffer.wrap(scratch);
    private final ScratchOutput json = new ScratchOutput(scratch, HEADER_BYTES);
    private final CRC32C crc = new CRC32C();

    /// The space that a JSON of that length takes.
    static int bytesOf(int jsonBytes) {
        return HEADER_BYTES + jsonBytes + 7 & ~7;
    }

    /// Where the JSON of the next record is to be written; starts empty.
    ScratchOutput json() {
        json.clear();
        return json;
    }

    /// Completes the record around what `json()` got; the record is `scratch()` up to the returned length.
    int seal(long eventTimeMs, long sequence, int partition) {
        int length = json.length();
        int total = bytesOf(length);
        header.putInt(0, length);
        header.putLong(8, eventTimeMs);
        header.putLong(16, sequence);
        header.putInt(24, partition);
        header.putInt(28, 0);
        for (int i = HEADER_BYTES + length; i < total; i++) {
            scratch[i] = 0;
        }
        header.putInt(4, sum(scratch, HEADER_BYTES + length));
        return total;
    }

    byte[] scratch() {
        return scratch;
    }

    /// The whole record at that place, or null when it is torn or none.
    @Nullable
    EventRecord readWhole(Segment segment, int offset) {
        int length = segment.lengthAt(offset);
        if (length <= 0 || length > EventCodec.EVENT_BYTES_MAX || bytesOf(length) > segment.size() - offset) {
            return null;
        }
        segment.copyOut(offset, scratch, HEADER_BYTES + length);
        if (header.getInt(4) != sum(scratch, HEADER_BYTES + length)) {
            return null;
        }
        return segment.read(offset);
    }

    private int sum(byte[] record, int end) {
        crc.reset();
        crc.update(record, SUMMED_FROM, end - SUMMED_FROM);
        return (int) crc.getValue();
    }
}
