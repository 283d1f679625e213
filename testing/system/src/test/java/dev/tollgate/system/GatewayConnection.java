package dev.tollgate.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One kept-alive connection to a gateway, over which requests go one after the other. It costs next to nothing beside
/// what it measures, and never sends a request twice. A broken connection is opened anew for the next request. Used by
/// one thread.
final class GatewayConnection implements AutoCloseable {

    private static final int CONNECT_MS_MAX = 2_000;
    private static final int READ_MS_MAX = 10_000;
    private static final int LINE_BYTES_MAX = 16 * 1_024;
    private static final String BODY = "{}";

    private final URI gateway;
    private @Nullable Socket socket;
    private @Nullable InputStream input;

    GatewayConnection(URI gateway) {
        this.gateway = gateway;
    }

    /// A response that arrived whole.
    ///
    /// @param headers by lower-case name
    record Answer(int status, Map<String, String> headers, String body) {

        Optional<String> header(String lowerCaseName) {
            return Optional.ofNullable(headers.get(lowerCaseName));
        }

        /// The API behind the gateway gave it.
        boolean isAdmitted() {
            return status == 200 || status == 201;
        }

        /// Seconds; -1 when it says none.
        long retryAfterSeconds() {
            return header("retry-after").map(Long::parseLong).orElse(-1L);
        }
    }

    /// @throws IOException when the connection breaks before the answer is whole
    Answer post(String target, String key) throws IOException {
        String head = "POST " + target + " HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\nAuthorization: Bearer "
                + key + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
        try {
            Socket connected = connected();
            connected.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Answer answer = read(input(connected));
            if (answer.header("connection").filter("close"::equalsIgnoreCase).isPresent()) {
                close();
            }
            return answer;
        } catch (IOException brokenOff) {
            close();
            throw brokenOff;
        }
    }

    private Socket connected() throws IOException {
        Socket held = socket;
        if (held != null) {
            return held;
        }
        Socket opened = new Socket();
        socket = opened;
        opened.setTcpNoDelay(true);
        opened.setSoTimeout(READ_MS_MAX);
        opened.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), CONNECT_MS_MAX);
        return opened;
    }

    private InputStream input(Socket connected) throws IOException {
        InputStream held = input;
        if (held != null) {
            return held;
        }
        InputStream opened = new BufferedInputStream(connected.getInputStream());
        input = opened;
        return opened;
    }

    private static Answer read(InputStream input) throws IOException {
        String[] status = line(input).split(" ", 3);
        Map<String, String> headers = new TreeMap<>();
        for (String field = line(input); !field.isEmpty(); field = line(input)) {
            int colon = field.indexOf(':');
            headers.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        String length = headers.get("content-length");
        if (length == null) {
            throw new IOException("a response without a length: " + headers);
        }
        byte[] body = input.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("the body ends early");
        }
        return new Answer(Integer.parseInt(status[1]), headers, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0 || line.size() >= LINE_BYTES_MAX) {
                throw new EOFException("the head ends early");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        Socket held = socket;
        socket = null;
        input = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException alreadyBroken) {
                System.err.println("closing a connection to " + gateway + ": " + alreadyBroken);
            }
        }
    }
}
