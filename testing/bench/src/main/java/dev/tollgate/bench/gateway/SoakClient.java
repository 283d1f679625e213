package dev.tollgate.bench.gateway;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/// One client after the other: requests of mixed sizes and framings on connections that are kept or not, some of them
/// left in the middle. Each whole answer is checked for its status and size. For one thread.
final class SoakClient {

    private static final int[] SIZES = {0, 0, 1, 1_000, 1_000, 16_000, 64_000, 300_000, 1_000_000, 5_000_000};
    private static final int REQUESTS_PER_CONNECTION_MAX = 20;
    private static final int ANSWER_MS_MAX = 60_000;
    private static final byte[] BLOCK = new byte[16 * 1_024];

    private final int port;
    private final String key;
    private final SplittableRandom random;
    private long answered;
    private long abandoned;
    private long refused;
    private long bytes;

    SoakClient(int port, String key, SplittableRandom random) {
        this.port = port;
        this.key = key;
        this.random = random;
    }

    long answered() {
        return answered;
    }

    long abandoned() {
        return abandoned;
    }

    /// Answers 503, and connections that the gateway ended in the client's request: it reads no large body that it has
    /// refused, and the kernel may then drop the answer.
    long refused() {
        return refused;
    }

    long bytes() {
        return bytes;
    }

    /// One connection from its beginning to its end.
    void connect() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MS_MAX);
            InputStream in = new BufferedInputStream(socket.getInputStream(), BLOCK.length);
            int requests = 1 + random.nextInt(REQUESTS_PER_CONNECTION_MAX);
            for (int i = 1; i <= requests; i++) {
                boolean last = i == requests;
                if (random.nextInt(40) == 0) {
                    abandoned++;
                    abandon(socket, in);
                    return;
                }
                int down = size();
                ask(socket.getOutputStream(), size(), down, last && random.nextBoolean(), false);
                if (!readAnswer(in, down)) {
                    refused++;
                    return;
                }
                answered++;
            }
        } catch (SocketException ended) {
            refused++;
        }
    }

    /// Goes away within the request, or within its answer.
    private void abandon(Socket socket, InputStream in) throws IOException {
        boolean inRequest = random.nextBoolean();
        ask(socket.getOutputStream(), 1_000_000, 1_000_000, false, inRequest);
        if (!inRequest && in.read() < 0) {
            throw new EOFException("no answer");
        }
        if (random.nextBoolean()) {
            socket.setSoLinger(true, 0);
        }
    }

    private int size() {
        return SIZES[random.nextInt(SIZES.length)];
    }

    private void ask(OutputStream out, int up, int down, boolean close, boolean half) throws IOException {
        boolean chunked = random.nextBoolean();
        String head = (up == 0 ? "GET" : "POST") + " /api/soak?down=" + down
                + (random.nextBoolean() ? "&framing=chunked" : "") + " HTTP/1.1\r\nHost: soak\r\nX-Api-Key: " + key
                + "\r\n"
                + (up == 0 ? "" : chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + up + "\r\n")
                + (close ? "Connection: close\r\n" : "") + "\r\n";
        out.write(bytes(head));
        for (int sent = 0; sent < (half ? up / 2 : up); ) {
            int length = Math.min(up - sent, BLOCK.length);
            if (chunked) {
                out.write(bytes(Integer.toHexString(length) + "\r\n"));
            }
            out.write(BLOCK, 0, length);
            if (chunked) {
                out.write(bytes("\r\n"));
            }
            sent += length;
        }
        if (chunked && up > 0 && !half) {
            out.write(bytes("0\r\n\r\n"));
        }
        bytes += up;
    }

    /// False for an answer 503.
    private boolean readAnswer(InputStream in, int down) throws IOException {
        String status = line(in);
        boolean chunked = false;
        long length = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            chunked |= field.equals("transfer-encoding: chunked");
            if (field.startsWith("content-length:")) {
                length = Long.parseLong(field.substring(15).strip());
            }
        }
        if (chunked) {
            length = 0;
            for (long size = Long.parseLong(line(in), 16); size > 0; size = Long.parseLong(line(in), 16)) {
                in.skipNBytes(size);
                line(in);
                length += size;
            }
            line(in);
        } else {
            in.skipNBytes(length);
        }
        bytes += length;
        if (status.startsWith("http/1.1 503")) {
            return false;
        }
        if (!status.startsWith("http/1.1 200") || length != down) {
            throw new IOException(status + " with " + length + " bytes where " + down + " were asked for");
        }
        return true;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            line.append((char) b);
        }
        return line.toString().strip().toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
