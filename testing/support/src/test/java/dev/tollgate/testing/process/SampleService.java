package dev.tollgate.testing.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;

/// A service for [ServiceProcessTest]: answers 200 on any path of the port in `SAMPLE_PORT`, and on SIGTERM says so
/// and ends with exit code 7. With `-Dsample.fails=true` it ends at once.
final class SampleService {

    private SampleService() {}

    public static void main(String[] arguments) throws IOException {
        if (Boolean.getBoolean("sample.fails")) {
            System.err.println("cannot go on: the sample's setting is missing");
            System.exit(3);
        }
        HttpServer server = HttpServer.create(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("SAMPLE_PORT"))), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println("started with " + String.join(",", arguments));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("asked to end");
            Runtime.getRuntime().halt(7);
        }));
        while (true) {
            LockSupport.park();
        }
    }
}
