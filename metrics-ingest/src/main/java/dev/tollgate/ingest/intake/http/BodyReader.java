package dev.tollgate.ingest.intake.http;

import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/// Reads bodies of bounded size in bounded time. What is too large, too slow or broken off ends with a problem.
final class BodyReader {

    private static final int CHUNK_BYTES = 16 * 1_024;

    private final IntakeBounds bounds;
    private final LongSupplier nanoTime;

    BodyReader(IntakeBounds bounds, LongSupplier nanoTime) {
        this.bounds = bounds;
        this.nanoTime = nanoTime;
    }

    String read(HttpServletRequest request) {
        if (request.getContentLengthLong() > bounds.bodyBytesMax()) {
            throw tooLarge();
        }
        try {
            return utf8(bytes(request.getInputStream()));
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SocketTimeoutException) {
                    throw tooSlow();
                }
            }
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body broke off");
        }
    }

    private byte[] bytes(InputStream in) throws IOException {
        long startNanos = nanoTime.getAsLong();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            out.write(chunk, 0, read);
            if (out.size() > bounds.bodyBytesMax()) {
                throw tooLarge();
            }
            if (nanoTime.getAsLong() - startNanos > bounds.bodyTimeMax().toNanos()) {
                throw tooSlow();
            }
        }
        return out.toByteArray();
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body is not UTF-8");
        }
    }

    private ProblemException tooLarge() {
        return ProblemException.of(
                ProblemType.BODY_TOO_LARGE,
                "the body may have " + bounds.bodyBytesMax() + " bytes; send less at a time");
    }

    private ProblemException tooSlow() {
        return ProblemException.of(
                ProblemType.REQUEST_TIMEOUT,
                "the body must arrive within " + bounds.bodyTimeMax().toMillis() + " ms");
    }
}
