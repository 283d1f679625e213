package dev.tollgate.gateway.proxy.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that belong together, followed by a thread of its own. Changed content is taken when two looks in a row saw
/// it, so that files that are just being written are not read by halves. Content that is refused leaves what is in
/// force, and is told in the log and by [#fault].
public final class FollowedFiles implements AutoCloseable {

    /// How often the files are looked at; a change is in force after two looks.
    static final long LOOK_MS = 500;

    /// A larger file is refused.
    static final int FILE_BYTES_MAX = 1 << 20;

    private static final long STOP_MS_MAX = 2_000;
    private static final Logger log = LoggerFactory.getLogger(FollowedFiles.class);

    private final List<Path> files;
    private final Consumer<List<byte[]>> taker;
    private final Thread follower;
    private volatile String fault = "";
    private volatile boolean closed;
    private List<byte[]> judged;
    private String verdict = "";
    private List<byte[]> lastSeen;

    /// Reads the files, gives them to the taker, and follows them from then on.
    ///
    /// @param name of the thread
    /// @param taker puts the files' contents, in their order, in force; an `IllegalArgumentException` refuses them
    /// @throws IllegalArgumentException when a file cannot be read or the first contents are refused
    public static FollowedFiles open(String name, List<Path> files, Consumer<List<byte[]>> taker) {
        List<byte[]> first;
        try {
            first = read(files);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("a file of " + files + " cannot be read", unreadable);
        }
        taker.accept(first);
        FollowedFiles opened = new FollowedFiles(name, files, taker, first);
        opened.follower.start();
        return opened;
    }

    private FollowedFiles(String name, List<Path> files, Consumer<List<byte[]>> taker, List<byte[]> first) {
        this.files = List.copyOf(files);
        this.taker = taker;
        this.judged = first;
        this.lastSeen = first;
        this.follower = Thread.ofPlatform().daemon().name(name).unstarted(this::follow);
    }

    /// Why the files' present content is not in force; empty when it is.
    public String fault() {
        return fault;
    }

    private void follow() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                look(read(files));
            } catch (InterruptedException stopped) {
                return;
            } catch (IOException | RuntimeException unreadable) {
                show("the file cannot be read: " + unreadable);
            }
        }
    }

    private void look(List<byte[]> contents) {
        boolean settled = same(contents, lastSeen);
        lastSeen = contents;
        if (settled && !same(contents, judged)) {
            judged = contents;
            verdict = take(contents);
        }
        show(verdict);
    }

    /// Returns why the contents are refused, or an empty text.
    private String take(List<byte[]> contents) {
        try {
            taker.accept(contents);
            log.info("the content of {} is in force", files);
            return "";
        } catch (IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private void show(String reason) {
        if (!reason.isEmpty() && !reason.equals(fault)) {
            log.error("what was in force stays, {} is refused: {}", files, reason);
        }
        fault = reason;
    }

    private static boolean same(List<byte[]> one, List<byte[]> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!Arrays.equals(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<byte[]> read(List<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(FILE_BYTES_MAX + 1);
                if (content.length > FILE_BYTES_MAX) {
                    throw new IOException("the file is larger than " + FILE_BYTES_MAX + " bytes");
                }
                contents.add(content);
            }
        }
        return contents;
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        try {
            follower.join(STOP_MS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
