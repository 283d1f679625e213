package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The configuration files of the peers, kept as resources beside this class's package.
final class Templates {

    private Templates() {}

    /// Writes a resource of `/gateway` into a folder, with every `${name}` replaced.
    static Path write(String name, Path folder, Map<String, String> values) {
        try (InputStream in = Templates.class.getResourceAsStream("/gateway/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no resource /gateway/" + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            Files.createDirectories(folder);
            return Files.writeString(folder.resolve(name), text).toAbsolutePath();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + name + " into " + folder, failed);
        }
    }
}
