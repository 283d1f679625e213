package dev.tollgate.gateway.proxy.file;

import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.Routes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The routes of a file that is followed. Its content replaces the whole table for all event loops at once; content
/// that is no route table leaves the table in force.
public final class RoutesFile implements Routes, AutoCloseable {

    private final FollowedFiles followed;
    private volatile RouteTable table = new RouteTable(List.of());

    /// Reads the file and follows it from then on.
    ///
    /// @param parser reads the file's content; an `IllegalArgumentException` refuses it
    /// @throws IllegalArgumentException when the file cannot be read or is no route table
    public static RoutesFile open(Path file, Function<byte[], RouteTable> parser) {
        return new RoutesFile(file, parser);
    }

    private RoutesFile(Path file, Function<byte[], RouteTable> parser) {
        followed =
                FollowedFiles.open("routes-file", List.of(file), contents -> table = parser.apply(contents.getFirst()));
    }

    @Override
    public Optional<Route> find(String path) {
        return table.find(path);
    }

    @Override
    public List<Route> all() {
        return table.all();
    }

    /// Why the file's present content is not in force; empty when it is.
    public String fault() {
        return followed.fault();
    }

    @Override
    public void close() {
        followed.close();
    }
}
