package dev.tollgate.client.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// Counts the bytes of a response's body as the application writes them, and notes that the client went away. Bodies
/// that the container makes itself, such as its error pages, are not seen.
final class CountingResponse extends HttpServletResponseWrapper {

    private volatile long bytes;
    private volatile boolean clientWentAway;
    private @Nullable ServletOutputStream out;
    private @Nullable PrintWriter writer;

    CountingResponse(HttpServletResponse response) {
        super(response);
    }

    long bytes() {
        return bytes;
    }

    boolean clientWentAway() {
        return clientWentAway;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream counting = out;
        if (counting == null) {
            counting = new Counting(super.getOutputStream());
            out = counting;
        }
        return counting;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter counting = writer;
        if (counting == null) {
            PrintWriter wrapped = super.getWriter();
            counting = new PrintWriter(new CountingWriter(wrapped, Charset.forName(getCharacterEncoding())));
            writer = counting;
        }
        return counting;
    }

    @Override
    public void flushBuffer() throws IOException {
        watched(super::flushBuffer);
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        bytes = 0;
    }

    @Override
    public void reset() {
        super.reset();
        bytes = 0;
    }

    private void watched(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException e) {
            clientWentAway = true;
            throw e;
        }
    }

    /// One thread at a time writes a response.
    private void note(long written) {
        long before = bytes;
        bytes = before + written;
    }

    private interface Write {
        void run() throws IOException;
    }

    private final class Counting extends ServletOutputStream {
        private final ServletOutputStream wrapped;

        Counting(ServletOutputStream wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public void write(int oneByte) throws IOException {
            watched(() -> wrapped.write(oneByte));
            note(1);
        }

        @Override
        public void write(byte[] written, int offset, int length) throws IOException {
            watched(() -> wrapped.write(written, offset, length));
            note(length);
        }

        @Override
        public void flush() throws IOException {
            watched(wrapped::flush);
        }

        @Override
        public void close() throws IOException {
            watched(wrapped::close);
        }

        @Override
        public boolean isReady() {
            return wrapped.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            wrapped.setWriteListener(listener);
        }
    }

    private final class CountingWriter extends Writer {
        private final PrintWriter wrapped;
        private final Charset charset;

        CountingWriter(PrintWriter wrapped, Charset charset) {
            this.wrapped = wrapped;
            this.charset = charset;
        }

        @Override
        public void write(char[] chars, int offset, int length) {
            wrapped.write(chars, offset, length);
            note(new String(chars, offset, length).getBytes(charset).length);
        }

        @Override
        public void flush() {
            wrapped.flush();
            clientWentAway |= wrapped.checkError();
        }

        @Override
        public void close() {
            wrapped.close();
        }
    }
}
