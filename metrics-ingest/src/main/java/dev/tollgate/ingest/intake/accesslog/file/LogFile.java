package dev.tollgate.ingest.intake.accesslog.file;

import dev.tollgate.ingest.intake.accesslog.AccessLog;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A log in a file, plain or compressed with gzip. Lines end with LF or CRLF.
public record LogFile(Path path) implements AccessLog {

    private static final int BUFFER_BYTES = 64 * 1_024;
    private static final int GZIP_FIRST_BYTE = 0x1f;
    private static final int GZIP_SECOND_BYTE = 0x8b;

    @Override
    public Lines open() throws IOException {
        Counting counting = new Counting(Files.newInputStream(path));
        try {
            InputStream plain = new BufferedInputStream(counting, BUFFER_BYTES);
            plain.mark(2);
            boolean compressed = plain.read() == GZIP_FIRST_BYTE && plain.read() == GZIP_SECOND_BYTE;
            plain.reset();
            InputStream bytes = compressed ? new BufferedInputStream(new GZIPInputStream(plain), BUFFER_BYTES) : plain;
            return new FileLines(bytes, counting);
        } catch (IOException e) {
            counting.close();
            throw e;
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        return Files.size(path);
    }

    private static final class FileLines implements Lines {
        private final InputStream bytes;
        private final Counting counting;
        private long number;

        FileLines(InputStream bytes, Counting counting) {
            this.bytes = bytes;
            this.counting = counting;
        }

        @Override
        public @Nullable RawLine next() throws IOException {
            int first = bytes.read();
            if (first < 0) {
                return null;
            }
            number++;
            ByteArrayOutputStream line = new ByteArrayOutputStream(256);
            boolean tooLong = false;
            int next = first;
            while (next >= 0 && next != '\n') {
                if (line.size() < RawLine.LINE_BYTES_MAX) {
                    line.write(next);
                } else {
                    tooLong = true;
                }
                next = bytes.read();
            }
            return new RawLine(number, withoutCarriageReturn(line.toByteArray()), tooLong, next == '\n');
        }

        @Override
        public long bytesRead() {
            return counting.count;
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }

        private static byte[] withoutCarriageReturn(byte[] line) {
            return line.length > 0 && line[line.length - 1] == '\r' ? Arrays.copyOf(line, line.length - 1) : line;
        }
    }

    /// Counts what was read of the file itself.
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
