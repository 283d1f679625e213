package dev.tollgate.bench.cost;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/// A connection to the gateway that stays open. Used by one thread.
final class LoadConnection implements AutoCloseable {

    private static final int ANSWER_MS_MAX = 30_000;
    private static final int LINE_BYTES_MAX = 8_192;
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;

    LoadConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MS_MAX);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
    }

    /// Sends the request and reads the answer; false when the gateway could not say for now whether it
    /// may pass (503).
    ///
    /// @throws IOException when the answer is not the upstream's
    boolean isAdmitted(SampleRequest request, String key) throws IOException {
        socket.getOutputStream().write(request.bytes(key));
        String first = line();
        int status = first.length() < 12 ? 0 : Integer.parseInt(first, 9, 12, 10);
        long length = 0;
        for (String field = line(); !field.isEmpty(); field = line()) {
            if (field.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                length = Long.parseLong(field.substring(LENGTH.length()).strip());
            }
        }
        in.skipNBytes(length);
        if (status == 503) {
            return false;
        }
        if (status != SampleRequest.status(request.method(), request.path())
                || length != SampleRequest.answerBytes(request.method(), request.path())) {
            throw new IOException(
                    String.format(Locale.ROOT, "%s was answered '%s' with %d bytes", request, first, length));
        }
        return true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > LINE_BYTES_MAX) {
                throw new EOFException("no whole answer, but: " + line);
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
