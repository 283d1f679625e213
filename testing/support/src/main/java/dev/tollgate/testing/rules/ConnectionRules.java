package dev.tollgate.testing.rules;

import java.util.List;

/// Several requests on one connection, and its end.
final class ConnectionRules {

    private static final String HEAD = " HTTP/1.1~Host: a~{key}";

    static final List<Rule> RULES = List.of(
            pipeline(
                    "three-at-once",
                    3,
                    "GET /api/1" + HEAD + "~GET /api/2" + HEAD + "~GET /api/3" + HEAD + "~",
                    "200 200 200 open, GET /api/1, GET /api/2, GET /api/3"),
            pipeline(
                    "three-at-once-with-bodies",
                    3,
                    "POST /api/1" + HEAD + "Content-Length: 3~~abcPOST /api/2" + HEAD
                            + "Transfer-Encoding: chunked~~1~d~0~~GET /api/3" + HEAD + "~",
                    "200 200 200 open, POST /api/1 \"abc\", POST /api/2 \"d\", GET /api/3"),
            pipeline(
                    "second-is-malformed",
                    2,
                    "GET /api/1" + HEAD + "~GET /api/2 HTTP/1.1~Host: a~{key}X A: b~~GET /api/3" + HEAD + "~",
                    "200 400 closed, GET /api/1"),
            pipeline(
                    "second-is-refused",
                    3,
                    "GET /api/1" + HEAD + "~GET /api/2 HTTP/1.1~Host: a~~GET /api/3" + HEAD + "~",
                    "200 401 200 open, GET /api/1, GET /api/3"),
            pipeline(
                    "after-a-refused-body",
                    2,
                    "POST /api/1 HTTP/1.1~Host: a~Content-Length: 3~~abcGET /api/2" + HEAD + "~",
                    "401 200 open, GET /api/2"),
            pipeline(
                    "after-a-refused-chunked-body",
                    1,
                    "POST /api/1 HTTP/1.1~Host: a~Transfer-Encoding: chunked~~3~abc~0~~GET /api/2" + HEAD + "~",
                    "401 closed"),
            pipeline(
                    "after-close",
                    1,
                    "GET /api/1" + HEAD + "Connection: close~~GET /api/2" + HEAD + "~",
                    "200 closed, GET /api/1"),
            pipeline(
                    "close-among-other-names",
                    1,
                    "GET /api/1" + HEAD + "Connection: X-A, CLOSE~~GET /api/2" + HEAD + "~",
                    "200 closed, GET /api/1"),
            pipeline(
                    "close-in-a-second-line",
                    1,
                    "GET /api/1" + HEAD + "Connection: keep-alive~Connection: close~~GET /api/2" + HEAD + "~",
                    "200 closed, GET /api/1"),
            pipeline(
                    "empty-line-after-a-body",
                    2,
                    "POST /api/1" + HEAD + "Content-Length: 3~~abc~GET /api/2" + HEAD + "~",
                    "200 200 open, POST /api/1 \"abc\", GET /api/2"),
            pipeline(
                    "bytes-after-a-body",
                    2,
                    "POST /api/1" + HEAD + "Content-Length: 3~~abc\u0001\u0002~~",
                    "200 400 closed, POST /api/1 \"abc\""),
            Rule.of("version-1.0", "RFC 9112 9.3", "GET /api HTTP/1.0~Host: a~{key}~", "200 closed, GET /api"),
            Rule.of(
                    "version-1.0-kept-alive",
                    "RFC 9112 9.3",
                    "GET /api HTTP/1.0~Host: a~{key}Connection: keep-alive~~",
                    "200 open, GET /api"),
            Rule.of("head", "RFC 9110 9.3.2", "HEAD /api" + HEAD + "~", "200 open, HEAD /api")
                    .answersToHead(),
            Rule.of("head-refused", "RFC 9110 9.3.2", "HEAD /apis" + HEAD + "~", "404 open")
                    .answersToHead(),
            Rule.of("options", "RFC 9110 9.3.7", "OPTIONS /api" + HEAD + "~", "200 open, OPTIONS /api"),
            Rule.of("length-not-reached", "RFC 9112 8", "POST /api" + HEAD + "Content-Length: 9~~abc", "")
                    .thenLeaves(),
            Rule.of(
                            "last-chunk-not-reached",
                            "RFC 9112 8",
                            "POST /api" + HEAD + "Transfer-Encoding: chunked~~3~abc~",
                            "")
                    .thenLeaves(),
            Rule.of("chunk-cut", "RFC 9112 8", "POST /api" + HEAD + "Transfer-Encoding: chunked~~9~abc", "")
                    .thenLeaves(),
            Rule.of("head-cut", "RFC 9112 8", "GET /api HTTP/1.1~Host: a~{key}X-A: b", "")
                    .thenLeaves(),
            Rule.of("head-without-empty-line", "RFC 9112 8", "GET /api HTTP/1.1~Host: a~{key}", "")
                    .thenLeaves());

    private ConnectionRules() {}

    private static Rule pipeline(String name, int answers, String bytes, String expected) {
        return Rule.of(name, "RFC 9112 9.3.2", bytes, expected).answers(answers);
    }
}
