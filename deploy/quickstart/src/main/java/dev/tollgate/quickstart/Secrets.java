package dev.tollgate.quickstart;

import dev.tollgate.schema.access.key.ApiKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.random.RandomGenerator;

/// The secrets of one state folder, made at its first start and kept in a file that only its owner reads.
///
/// The instance is not safe for use by several threads.
public final class Secrets {

    private static final int CONTEXT_KEY_BYTES = 32;
    private static final String CONTEXT_KEY = "tenant-context-key";

    private final Path file;
    private final Properties values = new Properties();
    private final RandomGenerator random = new SecureRandom();

    private Secrets(Path file) {
        this.file = file;
    }

    /// Reads the secrets of a state folder, or begins with none.
    public static Secrets in(Path state) {
        Secrets secrets = new Secrets(state.resolve("secrets.properties"));
        if (Files.exists(secrets.file)) {
            try (InputStream in = Files.newInputStream(secrets.file)) {
                secrets.values.load(in);
            } catch (IOException unreadable) {
                throw new IllegalStateException("cannot read " + secrets.file, unreadable);
            }
        }
        return secrets;
    }

    /// The HMAC key of the signed tenant context.
    public byte[] tenantContextKey() {
        String kept = values.getProperty(CONTEXT_KEY);
        if (kept != null) {
            return HexFormat.of().parseHex(kept);
        }
        byte[] key = new byte[CONTEXT_KEY_BYTES];
        random.nextBytes(key);
        keep(CONTEXT_KEY, HexFormat.of().formatHex(key));
        return key;
    }

    /// The key (`tg_<id>_<secret>`) kept under a name, made when there is none.
    public String apiKey(String name) {
        String kept = values.getProperty("key." + name);
        if (kept != null) {
            return kept;
        }
        String key = ApiKey.generate(random).text();
        keep("key." + name, key);
        return key;
    }

    private void keep(String name, String value) {
        values.setProperty(name, value);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(next)) {
                values.store(out, "Secrets of this quickstart");
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new IllegalStateException("cannot write " + file, failed);
        }
    }
}
