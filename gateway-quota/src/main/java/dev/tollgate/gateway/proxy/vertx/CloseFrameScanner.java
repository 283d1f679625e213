package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;

/// Follows the frames of one direction of a WebSocket (RFC 6455, section 5.2) without keeping any, and notices the
/// Close frame, with which a peer ends it. Frames may be cut anywhere.
final class CloseFrameScanner {

    private static final int OPCODE_BITS = 0x0f;
    private static final int CLOSE = 0x8;
    private static final int MASK_BIT = 0x80;
    private static final int LENGTH_BITS = 0x7f;
    private static final int TWO_BYTES_FOLLOW = 126;
    private static final int EIGHT_BYTES_FOLLOW = 127;
    private static final int MASK_BYTES = 4;

    private boolean inHead = true;
    private boolean lengthKnown;
    private int lengthBytes;
    private long maskBytes;
    private long payloadBytes;
    private long skipBytes;
    private boolean closed;

    /// Returns whether a Close frame has begun in these bytes or before. Does not move the reader's index.
    boolean sees(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end && !closed) {
            if (skipBytes > 0) {
                int skipped = (int) Math.min(skipBytes, end - at);
                skipBytes -= skipped;
                at += skipped;
            } else {
                head(bytes.getByte(at));
                at++;
            }
        }
        return closed;
    }

    private void head(byte next) {
        if (inHead) {
            closed = (next & OPCODE_BITS) == CLOSE;
            inHead = false;
            lengthKnown = false;
        } else if (!lengthKnown) {
            lengthKnown = true;
            int length = next & LENGTH_BITS;
            lengthBytes = length == TWO_BYTES_FOLLOW ? 2 : length == EIGHT_BYTES_FOLLOW ? 8 : 0;
            payloadBytes = 0;
            maskBytes = (next & MASK_BIT) == 0 ? 0 : MASK_BYTES;
            if (lengthBytes == 0) {
                payload(length);
            }
        } else {
            payloadBytes = payloadBytes << 8 | next & 0xff;
            if (--lengthBytes == 0) {
                payload(payloadBytes);
            }
        }
    }

    private void payload(long bytes) {
        skipBytes = Math.max(0, bytes) + maskBytes;
        inHead = true;
    }
}
