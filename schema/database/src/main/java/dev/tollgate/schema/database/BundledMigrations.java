package dev.tollgate.schema.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The migrations that this version brings along, found on the class path without Flyway, which services do not start.
final class BundledMigrations {

    static final String FOLDER = "db/migration";

    private static final String FIRST = FOLDER + "/V1__roles.sql";
    private static final Pattern FILE_NAME = Pattern.compile("V([0-9]{1,9})__[a-z0-9_]+\\.sql");

    private BundledMigrations() {}

    /// File names by version.
    static SortedMap<Integer, String> byVersion() {
        URL first = BundledMigrations.class.getClassLoader().getResource(FIRST);
        if (first == null) {
            throw new IllegalStateException("the class path lacks " + FIRST);
        }
        SortedMap<Integer, String> migrations = new TreeMap<>();
        try {
            for (String name : siblings(first)) {
                Matcher matcher = FILE_NAME.matcher(name);
                if (matcher.matches()) {
                    migrations.put(Integer.valueOf(matcher.group(1)), name);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("could not list the migrations of " + first, failed);
        }
        return migrations;
    }

    private static List<String> siblings(URL file) throws IOException {
        if (file.openConnection() instanceof JarURLConnection inJar) {
            // The class loader's own, cached jar: not ours to close.
            return inJar.getJarFile().stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith(FOLDER + "/"))
                    .map(name -> name.substring(FOLDER.length() + 1))
                    .toList();
        }
        Path folder = Path.of(URI.create(file.toString())).resolveSibling("");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
