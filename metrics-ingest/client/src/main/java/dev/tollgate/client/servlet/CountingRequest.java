package dev.tollgate.client.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Counts the bytes of a request's body: as many as it says that it has, else as many as are read from the stream.
final class CountingRequest extends HttpServletRequestWrapper {

    private final long declaredBytes;
    private volatile long readBytes;
    private @Nullable ServletInputStream in;

    CountingRequest(HttpServletRequest request) {
        super(request);
        declaredBytes = request.getContentLengthLong();
    }

    long bytes() {
        return declaredBytes >= 0 ? declaredBytes : readBytes;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream counting = in;
        if (counting == null) {
            counting = new Counting(super.getInputStream());
            in = counting;
        }
        return counting;
    }

    private final class Counting extends ServletInputStream {
        private final ServletInputStream wrapped;
        private long count;

        Counting(ServletInputStream wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public int read() throws IOException {
            int read = wrapped.read();
            note(read >= 0 ? 1 : 0);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = wrapped.read(bytes, offset, length);
            note(read);
            return read;
        }

        private void note(int read) {
            count += Math.max(0, read);
            readBytes = count;
        }

        @Override
        public int available() throws IOException {
            return wrapped.available();
        }

        @Override
        public boolean isFinished() {
            return wrapped.isFinished();
        }

        @Override
        public boolean isReady() {
            return wrapped.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            wrapped.setReadListener(listener);
        }

        @Override
        public void close() throws IOException {
            wrapped.close();
        }
    }
}
