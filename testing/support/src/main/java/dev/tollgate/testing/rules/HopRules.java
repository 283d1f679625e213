package dev.tollgate.testing.rules;

import java.util.List;

/// Fields of one connection, and what asks the server for more than an answer.
final class HopRules {

    static final List<Rule> RULES = List.of(
            hop(
                    "connection-names-a-field",
                    "Connection: X-Gone~X-Gone: 1~X-Kept: 1~",
                    "200 open, GET /api [X-Kept: 1]"),
            hop("connection-names-in-any-case", "Connection: , x-gOne ,~X-Gone: 1~", "200 open, GET /api"),
            hop("connection-names-the-key", "Connection: X-Api-Key~", "200 open, GET /api"),
            hop("connection-names-the-tenant", "Connection: X-Tenant-Id~", "200 open, GET /api"),
            hop("connection-names-the-forwarded", "Connection: X-Forwarded-For, Forwarded~", "200 open, GET /api"),
            hop("connection-names-host", "Connection: Host~", "200 open, GET /api"),
            post("connection-names-content-length", "Connection: Content-Length~Content-Length: 3~~abc"),
            post(
                    "connection-names-transfer-encoding",
                    "Connection: Transfer-Encoding~Transfer-Encoding: chunked~~3~abc~0~~"),
            hop(
                    "fields-of-one-connection",
                    "Keep-Alive: timeout=5~Proxy-Connection: keep-alive~TE: trailers, deflate~Proxy-Authorization: x~"
                            + "Connection: TE~",
                    "200 open, GET /api [Connection: TE] [TE: trailers]"),
            hop("te-without-connection", "TE: trailers~", "200 open, GET /api"),
            hop(
                    "upgrade-to-h2c",
                    "Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA~",
                    "200 open, GET /api"),
            hop(
                    "upgrade-to-h2c-not-named",
                    "Upgrade: h2c~HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA~",
                    "200 open, GET /api"),
            hop("upgrade-to-something", "Connection: Upgrade~Upgrade: foo/1~", "200 open, GET /api"),
            expectation(
                    "expect-continue",
                    "Expect: 100-continue~Content-Length: 3~~abc",
                    "100 200 open, POST /api \"abc\""),
            expectation(
                    "expect-continue-any-case",
                    "Expect: 100-Continue~Content-Length: 3~~abc",
                    "100 200 open, POST /api \"abc\""),
            expectation("expect-continue-without-body", "Expect: 100-continue~~", "200 open, POST /api"),
            expectation("expect-something-else", "Expect: tea~Content-Length: 3~~abc", "417 closed"),
            Rule.of(
                    "expect-continue-in-1.0",
                    "RFC 9110 10.1.1",
                    "POST /api HTTP/1.0~Host: a~{key}Connection: keep-alive~Expect: 100-continue~Content-Length: 3~~abc",
                    "200 open, POST /api \"abc\""),
            Rule.of(
                    "expect-continue-refused",
                    "RFC 9110 10.1.1",
                    "POST /api HTTP/1.1~Host: a~Expect: 100-continue~Content-Length: 3~~",
                    "401 closed"));

    private HopRules() {}

    private static Rule hop(String name, String lines, String expected) {
        return Rule.of(name, "RFC 9110 7.6", "GET /api HTTP/1.1~Host: a~{key}" + lines + "~", expected)
                .lookingAt(
                        "X-Gone",
                        "X-Kept",
                        "X-Api-Key",
                        "Connection",
                        "Keep-Alive",
                        "Proxy-Connection",
                        "Proxy-Authorization",
                        "TE",
                        "Upgrade",
                        "HTTP2-Settings");
    }

    private static Rule post(String name, String rest) {
        return Rule.of(name, "RFC 9110 7.6", "POST /api HTTP/1.1~Host: a~{key}" + rest, "200 open, POST /api \"abc\"");
    }

    private static Rule expectation(String name, String rest, String expected) {
        return Rule.of(name, "RFC 9110 10.1.1", "POST /api HTTP/1.1~Host: a~{key}" + rest, expected);
    }
}
