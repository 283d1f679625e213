package dev.tollgate.gateway.proxy.file;

import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes of a file, followed by a thread of its own. Changed content is taken when two looks in a row saw it, so
/// that a file that is just being written is not read by halves; it replaces the whole table for all event loops at
/// once. Content that is no route table leaves the table in force and is told in the log and by [#fault].
public final class RoutesFile implements Routes, AutoCloseable {

    /// How often the file is looked at; a change is in force after two looks.
    static final long LOOK_MS = 500;

    /// A larger file is refused.
    static final int FILE_BYTES_MAX = 1 << 20;

    private static final long STOP_MS_MAX = 2_000;
    private static final Logger log = LoggerFactory.getLogger(RoutesFile.class);

    private final Path file;
    private final Function<byte[], RouteTable> parser;
    private final Thread follower =
            Thread.ofPlatform().daemon().name("routes-file").unstarted(this::follow);
    private volatile RouteTable table;
    private volatile String fault = "";
    private volatile boolean closed;
    private byte[] judged;
    private String verdict = "";
    private byte[] lastSeen;

    /// Reads the file and follows it from then on.
    ///
    /// @param parser reads the file's content; an `IllegalArgumentException` refuses it
    /// @throws IllegalArgumentException when the file cannot be read or is no route table
    public static RoutesFile open(Path file, Function<byte[], RouteTable> parser) {
        RoutesFile opened;
        try {
            opened = new RoutesFile(file, parser, read(file));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file " + file + " cannot be read", unreadable);
        }
        opened.follower.start();
        return opened;
    }

    private RoutesFile(Path file, Function<byte[], RouteTable> parser, byte[] content) {
        this.file = file;
        this.parser = parser;
        this.table = parser.apply(content);
        this.judged = content;
        this.lastSeen = content;
    }

    @Override
    public Optional<Route> find(String path) {
        return table.find(path);
    }

    /// Why the file's present content is not in force; empty when it is.
    public String fault() {
        return fault;
    }

    private void follow() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                look(read(file));
            } catch (InterruptedException stopped) {
                return;
            } catch (IOException | RuntimeException unreadable) {
                show("the file cannot be read: " + unreadable);
            }
        }
    }

    private void look(byte[] content) {
        boolean settled = Arrays.equals(content, lastSeen);
        lastSeen = content;
        if (settled && !Arrays.equals(content, judged)) {
            judged = content;
            verdict = take(content);
        }
        show(verdict);
    }

    /// Returns why the content is refused, or an empty text.
    private String take(byte[] content) {
        try {
            table = parser.apply(content);
            log.info("the routes of {} are in force", file);
            return "";
        } catch (IllegalArgumentException noTable) {
            return String.valueOf(noTable.getMessage());
        }
    }

    private void show(String reason) {
        if (!reason.isEmpty() && !reason.equals(fault)) {
            log.error("the routes in force stay, {} is refused: {}", file, reason);
        }
        fault = reason;
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(FILE_BYTES_MAX + 1);
            if (content.length > FILE_BYTES_MAX) {
                throw new IOException("the file is larger than " + FILE_BYTES_MAX + " bytes");
            }
            return content;
        }
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
