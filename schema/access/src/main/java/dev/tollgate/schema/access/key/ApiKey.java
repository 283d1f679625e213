package dev.tollgate.schema.access.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The text of a key, `tg_<id>_<secret>`: 12 and 32 characters of base62. The id finds the key's row, the
/// secret (190 random bits) proves it. Only the SHA-256 of the secret is stored; with that much randomness no
/// slower hash is needed.
public final class ApiKey {

    public static final int ID_CHARS = 12;
    public static final int SECRET_CHARS = 32;

    private static final String PREFIX = "tg_";
    private static final int TEXT_CHARS = PREFIX.length() + ID_CHARS + 1 + SECRET_CHARS;
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private ApiKey() {}

    /// A well-formed key as somebody showed it; whether it is valid is still open.
    public record Presented(String id, String secret) {

        /// The whole key. Show it once, never log it.
        public String text() {
            return PREFIX + id + "_" + secret;
        }

        public byte[] hash() {
            return ApiKey.hash(secret);
        }

        public boolean matches(byte[] storedHash) {
            return ApiKey.matches(secret, storedHash);
        }

        @Override
        public String toString() {
            return PREFIX + id + "_[redacted]";
        }
    }

    /// Empty for everything that is not exactly such a key.
    public static Optional<Presented> parse(String text) {
        int underscore = PREFIX.length() + ID_CHARS;
        boolean shaped = text.length() == TEXT_CHARS && text.startsWith(PREFIX) && text.charAt(underscore) == '_';
        if (!shaped) {
            return Optional.empty();
        }
        String id = text.substring(PREFIX.length(), underscore);
        String secret = text.substring(underscore + 1);
        return isBase62(id) && isBase62(secret) ? Optional.of(new Presented(id, secret)) : Optional.empty();
    }

    /// A new key. `random` must be cryptographically strong outside tests.
    public static Presented generate(RandomGenerator random) {
        return new Presented(base62(random, ID_CHARS), base62(random, SECRET_CHARS));
    }

    /// SHA-256 of the secret's ASCII bytes.
    public static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Compares in a time that does not depend on where the hashes differ.
    public static boolean matches(String secret, byte[] storedHash) {
        return MessageDigest.isEqual(hash(secret), storedHash);
    }

    private static String base62(RandomGenerator random, int chars) {
        StringBuilder text = new StringBuilder(chars);
        for (int i = 0; i < chars; i++) {
            text.append(BASE62.charAt(random.nextInt(BASE62.length())));
        }
        return text.toString();
    }

    private static boolean isBase62(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (BASE62.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
