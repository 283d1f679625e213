package dev.tollgate.gateway.journal.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// A folder that really fills: a tmpfs of its own where this process may mount one. Elsewhere it is an ordinary folder
/// and the journal's own bound, `bytesMax`, stands at the same size.
public final class SmallDisk implements AutoCloseable {

    private static final int COMMAND_SECONDS_MAX = 20;

    private final Path folder;
    private final int bytes;
    private final boolean mounted;

    private SmallDisk(Path folder, int bytes, boolean mounted) {
        this.folder = folder;
        this.bytes = bytes;
        this.mounted = mounted;
    }

    public static SmallDisk at(Path folder, int bytes) {
        boolean mounted = runs("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
        return new SmallDisk(folder, bytes, mounted);
    }

    private static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public Path folder() {
        return folder;
    }

    /// What the journal may take by its own bound: more than the disk has, if the disk is small.
    public long bytesMax() {
        return mounted ? 100L * bytes : bytes;
    }

    /// Whether the disk itself fills.
    boolean isMounted() {
        return mounted;
    }

    /// Fills a disk that is small but for that many bytes; deleting the returned file frees it again.
    Path fillBut(long freeBytes) {
        Path ballast = folder.resolve("ballast");
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long wanted = mounted ? Files.getFileStore(folder).getUsableSpace() - freeBytes : 0;
            for (long written = 0; written < wanted; ) {
                written += channel.write(ByteBuffer.allocate((int) Math.min(4_096, wanted - written)));
            }
            return ballast;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        if (mounted && !runs("umount", folder.toString())) {
            runs("umount", "-l", folder.toString());
        }
    }
}
