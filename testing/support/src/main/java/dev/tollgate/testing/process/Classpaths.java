package dev.tollgate.testing.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Class paths for service processes.
public final class Classpaths {

    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private Classpaths() {}

    /// What this JVM runs on.
    public static List<Path> current() {
        return parse(System.getProperty("java.class.path"));
    }

    /// A built module's own classes (`target/classes`) and everything it needs at run time
    /// (`target/classpath.txt`, which the module's build writes).
    public static List<Path> ofModule(Path moduleFolder) {
        Path folder = moduleFolder.toAbsolutePath().normalize();
        Path list = folder.resolve("target/classpath.txt");
        Path classes = folder.resolve("target/classes");
        if (!Files.isRegularFile(list)) {
            throw new IllegalStateException(list + " is missing: build the module first: ./mvnw -pl "
                    + nameInBuild(folder) + " -am package -DskipTests");
        }
        try {
            List<Path> all = new ArrayList<>();
            if (Files.isDirectory(classes)) {
                all.add(classes);
            }
            all.addAll(parse(Files.readString(list).strip()));
            return List.copyOf(all);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not read " + list, failed);
        }
    }

    /// As the argument of `-classpath`.
    static String join(List<Path> classpath) {
        return String.join(
                File.pathSeparator, classpath.stream().map(Path::toString).toList());
    }

    private static List<Path> parse(String joined) {
        return SEPARATOR
                .splitAsStream(joined)
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static String nameInBuild(Path folder) {
        for (Path root = folder.getParent(); root != null; root = root.getParent()) {
            if (Files.exists(root.resolve("mvnw"))) {
                return root.relativize(folder).toString();
            }
        }
        return folder.getFileName().toString();
    }
}
