package dev.tollgate.gateway.token.file;

import dev.tollgate.gateway.token.KeyDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A key set in a file. Whoever changes it puts the new file in the old one's place in one step (`mv`).
public final class KeyFile implements KeyDocument {

    private final Path path;

    public KeyFile(Path path) {
        this.path = path;
    }

    @Override
    public byte[] read() throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IOException(path + " is longer than " + BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }
}
