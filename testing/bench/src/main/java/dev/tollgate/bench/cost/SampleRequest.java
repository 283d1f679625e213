package dev.tollgate.bench.cost;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// A request as an application's clients send it. What the upstream answers follows from method and path, so that the
/// client can check every answer.
///
/// @param path below one of `ROUTES`, with an id of its own
/// @param bodyBytes of what POST and PUT send
record SampleRequest(String method, String path, int bodyBytes) {

    /// First folder below `PREFIX`; each is a route of the gateway.
    static final String[] ROUTES = {"orders", "customers", "invoices", "search", "ai", "reports"};

    static final String PREFIX = "/api/v1/";

    private static final String[] METHODS = {"GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"};
    private static final int IDS = 1_000_000;
    private static final int SENT_BYTES_MAX = 2_000;
    private static final int ANSWER_BYTES_MIN = 200;
    private static final int ANSWER_BYTES_MAX = 8_000;
    private static final int NOT_FOUND_ONE_IN = 40;
    private static final int BROKEN_ONE_IN = 499;

    static SampleRequest draw(SplittableRandom random) {
        String method = METHODS[random.nextInt(METHODS.length)];
        String path = PREFIX + ROUTES[random.nextInt(ROUTES.length)] + "/" + random.nextInt(IDS);
        boolean sends = method.equals("POST") || method.equals("PUT");
        return new SampleRequest(method, path, sends ? 2 + random.nextInt(SENT_BYTES_MAX) : 0);
    }

    /// Head and body.
    byte[] bytes(String key) {
        String head = method + " " + path + " HTTP/1.1\r\nHost: api.example.com\r\nX-Api-Key: " + key
                + "\r\nUser-Agent: orders-app/4.2 (bench)\r\nAccept: application/json\r\n"
                + (bodyBytes == 0 ? "" : "Content-Type: application/json\r\nContent-Length: " + bodyBytes + "\r\n")
                + "\r\n";
        String body = bodyBytes == 0 ? "" : "\"" + "x".repeat(bodyBytes - 2) + "\"";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What the upstream answers; never a status with which the gateway refuses.
    static int status(String method, String path) {
        int id = id(path);
        if (id % BROKEN_ONE_IN == 0) {
            return 500;
        }
        if (id % NOT_FOUND_ONE_IN == 0) {
            return 404;
        }
        return switch (method) {
            case "POST" -> 201;
            case "DELETE" -> 204;
            default -> 200;
        };
    }

    /// Bytes of the body that the upstream answers.
    static int answerBytes(String method, String path) {
        int spread = id(path) % (ANSWER_BYTES_MAX - ANSWER_BYTES_MIN);
        return status(method, path) == 204 ? 0 : ANSWER_BYTES_MIN + spread;
    }

    private static int id(String path) {
        return Integer.parseInt(path, path.lastIndexOf('/') + 1, path.length(), 10);
    }
}
