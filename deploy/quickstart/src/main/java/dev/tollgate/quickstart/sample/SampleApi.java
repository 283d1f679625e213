package dev.tollgate.quickstart.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The API behind the gateway: bookings, properties and a search that counts its database queries.
public final class SampleApi implements AutoCloseable {

    private static final int BACKLOG = 128;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private SampleApi(HttpServer server) {
        this.server = server;
    }

    public static SampleApi start(int port) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            SampleApi api = new SampleApi(server);
            server.setExecutor(api.threads);
            server.createContext("/", SampleApi::answer);
            server.start();
            return api;
        } catch (IOException failed) {
            throw new IllegalStateException("the sample API cannot listen on 127.0.0.1:" + port, failed);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().skip(Long.MAX_VALUE);
            switch (exchange.getRequestURI().getPath()) {
                case "/api/bookings" -> {
                    int status = "POST".equals(exchange.getRequestMethod()) ? 201 : 200;
                    reply(exchange, status, 1, "{\"bookings\":[{\"id\":17,\"nights\":3},{\"id\":18,\"nights\":1}]}");
                }
                case "/api/properties" -> reply(exchange, 200, 2, "{\"properties\":[\"Lakeside\",\"Old Mill\"]}");
                case "/api/search" -> reply(exchange, 200, 5, "{\"hits\":0}");
                default -> reply(exchange, 404, 0, "{\"error\":\"no such thing\"}");
            }
        }
    }

    private static void reply(HttpExchange exchange, int status, int queries, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Db-Query-Count", Integer.toString(queries));
        if ("HEAD".equals(exchange.getRequestMethod())) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
