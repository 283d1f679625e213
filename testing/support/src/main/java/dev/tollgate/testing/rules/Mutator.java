package dev.tollgate.testing.rules;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Makes requests that nobody thought of out of those of the catalogue: bits turned, pieces cut out, repeated, put in,
/// or taken from another rule. The same seed and number give the same bytes. Safe for all threads.
public final class Mutator {

    private static final int CHANGES_MAX = 4;
    private static final int PIECE_BYTES_MAX = 24;
    private static final int BYTES_MAX = 12_000;

    /// What parsers trip over.
    private static final List<byte[]> PIECES = List.of(
            bytes("\r\n"),
            bytes("\n"),
            bytes("\r"),
            bytes("\0"),
            bytes(" "),
            bytes("\t"),
            bytes(":"),
            bytes(";"),
            bytes(","),
            bytes("\""),
            bytes("\\"),
            bytes("%00"),
            bytes("/../"),
            bytes("\u00ff"),
            bytes("0\r\n\r\n"),
            bytes("ffffffff"),
            bytes("7fffffffffffffff\r\n"),
            bytes("Content-Length: 5\r\n"),
            bytes("Content-Length: 0\r\n"),
            bytes("Transfer-Encoding: chunked\r\n"),
            bytes("Transfer-Encoding: identity\r\n"),
            bytes("Connection: close\r\n"),
            bytes("Connection: keep-alive, Content-Length\r\n"),
            bytes("Expect: 100-continue\r\n"),
            bytes("Upgrade: h2c\r\n"),
            bytes("Upgrade: websocket\r\n"),
            bytes("Host: b\r\n"),
            bytes("HTTP/1.0"),
            bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            bytes("GET /api/s HTTP/1.1\r\nHost: a\r\n\r\n"));

    private final List<byte[]> seeds;
    private final long seed;

    /// @param key a key that the server knows
    public Mutator(String key, long seed) {
        this.seeds = Catalogue.rules().stream()
                .map(rule -> rule.sent(key))
                .filter(bytes -> bytes.length < BYTES_MAX)
                .toList();
        this.seed = seed;
    }

    /// The random numbers of one case.
    public SplittableRandom random(long number) {
        return new SplittableRandom(seed + number * 0x9E37_79B9_7F4A_7C15L);
    }

    /// The bytes of one case.
    public byte[] make(SplittableRandom random) {
        byte[] bytes = seeds.get(random.nextInt(seeds.size()));
        int changes = random.nextInt(CHANGES_MAX + 1);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(PIECE_BYTES_MAX));
        return switch (random.nextInt(8)) {
            case 0 -> join(bytes, at, new byte[] {(byte) (bytes[at] ^ (1 << random.nextInt(8)))}, at + 1);
            case 1 -> join(bytes, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
            case 2 -> join(bytes, at, new byte[0], end);
            case 3 -> join(bytes, end, slice(bytes, at, end), end);
            case 4, 5 -> join(bytes, at, PIECES.get(random.nextInt(PIECES.size())), at);
            case 6 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                yield join(bytes, at, slice(other, random.nextInt(other.length), other.length), bytes.length);
            }
            default -> join(bytes, bytes.length, seeds.get(random.nextInt(seeds.size())), bytes.length);
        };
    }

    /// The bytes up to `to`, the middle, and the bytes from `from`.
    private static byte[] join(byte[] bytes, int to, byte[] middle, int from) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, 0, to);
        joined.writeBytes(middle);
        joined.write(bytes, from, bytes.length - from);
        return joined.toByteArray();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
