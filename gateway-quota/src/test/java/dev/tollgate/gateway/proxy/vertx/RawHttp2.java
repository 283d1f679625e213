package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// An HTTP/2 client without TLS that sends the frames it is told, allowed or not.
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /// @param payload of GOAWAY and RST_STREAM: its last four bytes are the error code
    record Frame(int type, int flags, int stream, byte[] payload) {

        /// The error code of a RST_STREAM or GOAWAY frame.
        int errorCode() {
            return Unpooled.wrappedBuffer(payload).getInt(type == GOAWAY ? 4 : 0);
        }
    }

    private final Socket socket;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

    /// Sends preface and settings.
    RawHttp2(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(RawClient.READ_MS_MAX);
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for (int i = 0; i < preface.length(); i++) {
            socket.getOutputStream().write(preface.charAt(i));
            socket.getOutputStream().flush();
        }
        send(SETTINGS, 0, 0, new byte[0]);
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >>> 16);
        frame.write(payload.length >>> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >>> shift);
        }
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /// A header block of names and values in turn; nothing is checked.
    byte[] block(String... fields) {
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(3, headers, block);
        } catch (Http2Exception wrong) {
            throw new IllegalStateException(wrong);
        }
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    /// A GET of `/things` with more fields.
    void get(int stream, String... fields) throws IOException {
        String[] all = new String[fields.length + 10];
        String[] usual = {
            ":method", "GET", ":scheme", "http", ":path", "/things", ":authority", "a", "x-api-key", ProxyFixture.KEY
        };
        System.arraycopy(usual, 0, all, 0, usual.length);
        System.arraycopy(fields, 0, all, usual.length, fields.length);
        send(HEADERS, END_STREAM | END_HEADERS, stream, block(all));
    }

    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /// The next frame of one of the kinds; the others are passed over.
    Frame read(int kind, int orKind) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            Frame frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), in.readNBytes(length));
            if (frame.type() == kind || frame.type() == orKind) {
                return frame;
            }
        }
    }

    /// Whether the gateway has ended the connection; what it sent before is thrown away.
    boolean ends() throws IOException {
        byte[] rest = socket.getInputStream().readAllBytes();
        return rest.length >= 0;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
