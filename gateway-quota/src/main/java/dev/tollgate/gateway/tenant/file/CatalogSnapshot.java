package dev.tollgate.gateway.tenant.file;

import dev.tollgate.gateway.tenant.CatalogCopy;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The catalog in a file: tenants, hashes of keys, route policies, full storages. It is written beside the file in
/// force and put in its place when it has reached the disk, so that a process or machine that dies at any moment
/// leaves a whole one. The CRC32C of everything before stands in the last 8 bytes. Only the gateway's user may read
/// it. Used by one thread at a time.
public final class CatalogSnapshot {

    static final String NAME = "catalog.snapshot";
    static final String UNFINISHED_NAME = "catalog.snapshot.unfinished";

    private static final int BUFFER_BYTES = 64 * 1_024;
    private static final Logger log = LoggerFactory.getLogger(CatalogSnapshot.class);

    private final Path directory;

    public CatalogSnapshot(Path directory) {
        this.directory = directory;
    }

    /// Empty when there is none, and when it is damaged, which the log says.
    public Optional<CatalogCopy> read() {
        Path file = directory.resolve(NAME);
        CRC32C sum = new CRC32C();
        try (InputStream from = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            DataInputStream raw = new DataInputStream(from);
            CatalogCopy copy = new CatalogDecoder(new DataInputStream(new CheckedInputStream(from, sum))).read();
            if (raw.readLong() != sum.getValue() || raw.read() >= 0) {
                throw new IOException("its checksum does not match");
            }
            return Optional.of(copy);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | RuntimeException damaged) {
            log.error("the snapshot {} is damaged and not used: {}", file, damaged.toString());
            return Optional.empty();
        }
    }

    /// Replaces the file; it has reached the disk on return.
    public void write(CatalogCopy copy) throws IOException {
        createDirectory();
        Path unfinished = directory.resolve(UNFINISHED_NAME);
        CRC32C sum = new CRC32C();
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                onlyOwner("rw-------"))) {
            OutputStream to = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            DataOutputStream checked = new DataOutputStream(new CheckedOutputStream(to, sum));
            new CatalogEncoder(checked).write(copy);
            checked.flush();
            DataOutputStream raw = new DataOutputStream(to);
            raw.writeLong(sum.getValue());
            raw.flush();
            channel.force(true);
        }
        Files.move(
                unfinished,
                directory.resolve(NAME),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private void createDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, onlyOwner("rwx------"));
        }
    }

    private FileAttribute<?>[] onlyOwner(String permissions) {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }
}
