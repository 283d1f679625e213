package dev.tollgate.testing.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// A client's connection to a port of this machine: sends exactly the bytes it is told and reads responses. For one
/// thread.
public final class RawConnection implements AutoCloseable {

    private static final int HEAD_BYTES_MAX = 64 * 1_024;

    private final Socket socket;
    private final InputStream in;

    public RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /// Sends the bytes; returns false when the other side takes no more.
    public boolean send(byte[] bytes, int offset, int length) {
        try {
            socket.getOutputStream().write(bytes, offset, length);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    public boolean send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    /// Ends the client's side: no more will be sent.
    public void endSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException closed) {
            // The other side has ended the connection.
        }
    }

    /// The next response, interim ones included; empty when the connection ended before its first byte.
    ///
    /// @param toHead whether the response answers HEAD and so has no body
    /// @throws SocketTimeoutException when the other side is silent for longer than `patience`
    public Optional<Answer> read(boolean toHead, Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        String head = head();
        if (head.isEmpty()) {
            return Optional.empty();
        }
        if (!head.endsWith("\r\n\r\n")) {
            return Optional.of(new Answer(0, head, "", false));
        }
        int status = Integer.parseInt(head.substring(9, 12));
        if (toHead || status < 200 || status == 204 || status == 304) {
            return Optional.of(new Answer(status, head, "", true));
        }
        return Optional.of(withBody(status, head));
    }

    /// Everything that comes, whatever it is; returns whether the connection has ended, not only fallen silent.
    public boolean readAll(StringBuilder into, Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        try {
            for (int b = next(); b >= 0; b = next()) {
                if (into.length() < HEAD_BYTES_MAX) {
                    into.append((char) b);
                }
            }
            return true;
        } catch (SocketTimeoutException silence) {
            return false;
        }
    }

    private Answer withBody(int status, String head) throws IOException {
        String fields = head.toLowerCase(Locale.ROOT);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole;
        int length = fields.indexOf("\r\ncontent-length:");
        if (fields.contains("\r\ntransfer-encoding: chunked")) {
            whole = chunks(body);
        } else if (length >= 0) {
            String digits = fields.substring(length + 17, fields.indexOf('\r', length + 17));
            whole = copy(Long.parseLong(digits.strip()), body);
        } else {
            copy(Long.MAX_VALUE, body);
            whole = true;
        }
        return new Answer(status, head, body.toString(StandardCharsets.ISO_8859_1), whole);
    }

    private boolean chunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            String line = line();
            if (line.isEmpty()) {
                return false;
            }
            long size = Long.parseLong(line, 16);
            if (size == 0) {
                return line().isEmpty();
            }
            if (!copy(size, body) || !line().isEmpty()) {
                return false;
            }
        }
    }

    private boolean copy(long bytes, ByteArrayOutputStream to) throws IOException {
        for (long i = 0; i < bytes; i++) {
            int b = next();
            if (b < 0) {
                return false;
            }
            to.write(b);
        }
        return true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = next(); b >= 0 && b != '\n' && line.length() < HEAD_BYTES_MAX; b = next()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (int b = next(); b >= 0; b = next()) {
            head.append((char) b);
            if (b == '\n'
                    && head.length() >= 4
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
            if (head.length() > HEAD_BYTES_MAX) {
                throw new EOFException("no end of the head after " + HEAD_BYTES_MAX + " bytes");
            }
        }
        return head.toString();
    }

    /// A connection that is reset has ended.
    private int next() throws IOException {
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }
}
