package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.file.JournalSettings;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A proxy in a process of its own, until it is killed: `folder expectedEvents upstream…`; the upstreams are the routes
/// `/0`, `/1`, …. It writes its port and later its events into files.
final class ProxyProcessMain {

    static final String PORT = "port";
    static final String EVENTS = "events";
    private static final Duration LIFE_MAX = Duration.ofMinutes(5);
    private static final Duration UPSTREAM_TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECTIONS_MAX = 10;

    private ProxyProcessMain() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int expected = Integer.parseInt(arguments[1]);
        List<Route> routes = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            String name = Integer.toString(i - 2);
            routes.add(new Route(name, "/" + name, URI.create(arguments[i]), 1, EventType.API_REQUEST, "", ""));
        }
        try (ProxyFixture proxy = new ProxyFixture(
                new JournalSettings(folder.resolve("journal"), 1 << 20, 64L << 20),
                1,
                ProxyFixture.settings(CONNECTIONS_MAX, Long.MAX_VALUE, UPSTREAM_TIMEOUT),
                true,
                routes)) {
            write(folder.resolve(PORT), Integer.toString(proxy.proxy.port()));
            Await.until("the events", LIFE_MAX, () -> proxy.events().size() >= expected);
            StringBuilder events = new StringBuilder();
            proxy.events()
                    .forEach(event -> events.append(event.endpoint() + " " + event.responseStatus() + " "
                            + event.bytesReceived() + " " + event.bytesSent() + "\n"));
            write(folder.resolve(EVENTS), events.toString());
        }
    }

    private static void write(Path file, String content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
