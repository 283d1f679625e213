package dev.tollgate.schema.contract;

import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// UUID version 7 of RFC 9562: 48 bits of Unix milliseconds, then the version, 12 bits (`rand_a`), the
/// variant and 62 bits (`rand_b`).
public final class UuidV7 {

    /// The largest value of 48 bits.
    public static final long EPOCH_MS_MAX = (1L << 48) - 1;

    private static final long RANDOM_A_MASK = 0xFFFL;
    private static final long RANDOM_B_MASK = (1L << 62) - 1;
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000000000000000L;
    private static final int TEXT_LENGTH = 36;

    private UuidV7() {}

    /// Uses the low 12 bits of `randomA` and the low 62 bits of `randomB`.
    public static UUID of(long epochMs, long randomA, long randomB) {
        if (epochMs < 0 || epochMs > EPOCH_MS_MAX) {
            throw new IllegalArgumentException("epochMs must be 0 to 2^48-1 but is " + epochMs);
        }
        return new UUID(epochMs << 16 | VERSION | (randomA & RANDOM_A_MASK), VARIANT | (randomB & RANDOM_B_MASK));
    }

    public static UUID generate(long epochMs, RandomGenerator random) {
        return of(epochMs, random.nextLong(), random.nextLong());
    }

    public static boolean isV7(UUID id) {
        return isV7(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static boolean isV7(long high, long low) {
        return (high & 0xF000L) == VERSION && low >>> 62 == 2;
    }

    /// The milliseconds that a version 7 id carries.
    public static long epochMs(UUID id) {
        return epochMs(id.getMostSignificantBits());
    }

    static long epochMs(long high) {
        return high >>> 16;
    }

    /// Reads the canonical text: 36 characters, lower case. Null for anything else, so that one id has
    /// exactly one text.
    public static @Nullable UUID parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0, digits = 0; i < TEXT_LENGTH; i++) {
            char c = text.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return null;
                }
                continue;
            }
            int digit = hexDigit(c);
            if (digit < 0) {
                return null;
            }
            if (digits++ < 16) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return new UUID(high, low);
    }

    /// The value of a lower-case hexadecimal digit, or -1.
    static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
}
