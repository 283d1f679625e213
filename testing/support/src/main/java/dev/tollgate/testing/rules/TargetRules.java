package dev.tollgate.testing.rules;

import java.util.List;

/// The request's target: only what every reader understands alike is passed on.
final class TargetRules {

    private static final String REFUSED = "400 closed";

    static final List<Rule> RULES = List.of(
            target("target-with-query", "/api/a?b=/../c&d=%00", "200 open, GET /api/a?b=/../c&d=%00"),
            target("target-with-empty-query", "/api?", "200 open, GET /api?"),
            target("target-with-parameters", "/api;v=1/a", "200 open, GET /api;v=1/a"),
            target("target-segment-with-parameters", "/api/a;v=1", "200 open, GET /api/a;v=1"),
            target("target-with-encoded-letters", "/api/%41", "200 open, GET /api/%41"),
            target("target-with-encoded-slash", "/api/a%2fb", "200 open, GET /api/a%2fb"),
            target("target-with-two-slashes", "/api//a", "200 open, GET /api//a"),
            target("target-begins-with-two-slashes", "//api/a", "200 open, GET //api/a"),
            target("target-begins-with-a-host", "//evil.example/api", "404 open"),
            target("target-not-covered", "/apis", "404 open"),
            target("target-dot-segment", "/api/./a", REFUSED),
            target("target-dot-dot-segment", "/api/../admin", REFUSED),
            target("target-dot-dot-at-end", "/api/..", REFUSED),
            target("target-dot-dot-encoded", "/api/%2e%2E/admin", REFUSED),
            target("target-dot-dot-half-encoded", "/api/.%2e/admin", REFUSED),
            target("target-dot-dot-with-parameters", "/api/..;/admin", REFUSED),
            target("target-dot-dot-after-encoded-slash", "/api/..%2fadmin", REFUSED),
            target("target-dot-dot-after-backslash", "/api/..\\admin", REFUSED),
            target("target-dot-dot-after-encoded-backslash", "/api/..%5cadmin", REFUSED),
            target("target-backslash", "/api\\a", REFUSED),
            target("target-encoded-nul", "/api/a%00b", REFUSED),
            target("target-encoded-line-end", "/api/a%0d%0aX:b", REFUSED),
            target("target-encoded-delete", "/api/a%7fb", REFUSED),
            target("target-encoded-badly", "/api/%zz", REFUSED),
            target("target-encoded-half", "/api/a%4", REFUSED),
            target("query-with-lone-percent", "/api?a=100%", "200 open, GET /api?a=100%"),
            target("target-fragment", "/api#a", REFUSED),
            target("target-non-ascii", "/api/\u00e9", REFUSED),
            target("target-control", "/api/\u0001", REFUSED),
            target("target-delete", "/api/\u007f", REFUSED),
            target("target-nul", "/api/\u0000", REFUSED),
            target("target-quote", "/api/\"a\"", "200 open, GET /api/\"a\""),
            target("target-angle-brackets", "/api/<a>", "200 open, GET /api/<a>"),
            target("target-braces", "/api/{a}|^`", "200 open, GET /api/{a}|^`"),
            target("query-brackets", "/api?a[]=1|2", "200 open, GET /api?a[]=1|2"),
            target("target-relative", "api", REFUSED),
            target("target-asterisk", "*", REFUSED),
            line("options-asterisk", "OPTIONS * HTTP/1.1~Host: a~{key}~", REFUSED),
            line("authority-form", "GET a:80 HTTP/1.1~Host: a:80~{key}~", REFUSED),
            line("connect", "CONNECT a:80 HTTP/1.1~Host: a:80~{key}~", "405 closed"),
            target("absolute-form", "http://a/api/b?c", "200 open, GET /api/b?c"),
            target("absolute-form-without-path", "http://a", "404 open"),
            target("absolute-form-query-without-path", "http://a?/api", "404 open"),
            line(
                            "absolute-form-goes-before-host",
                            "GET HTTP://b.example:8080/api HTTP/1.1~Host: a~{key}~",
                            "200 open, GET /api [X-Forwarded-Host: b.example:8080]")
                    .lookingAt("X-Forwarded-Host"),
            line("absolute-form-without-host-field", "GET http://a/api HTTP/1.1~{key}~", REFUSED),
            target("absolute-form-dot-dot", "http://a/api/../admin", REFUSED),
            target("absolute-form-without-authority", "http:///api", REFUSED),
            target("absolute-form-with-user", "http://a@b/api", REFUSED),
            target("absolute-form-bad-port", "http://a:b/api", REFUSED),
            target("absolute-form-backslash", "http://a\\b/api", REFUSED),
            target("absolute-form-other-scheme", "ftp://a/api", REFUSED),
            target("absolute-form-https-in-clear", "https://a/api", REFUSED),
            target("absolute-form-one-slash", "http:/api", REFUSED));

    private TargetRules() {}

    private static Rule target(String name, String target, String expected) {
        return line(name, "GET " + target + " HTTP/1.1~Host: a~{key}~", expected);
    }

    private static Rule line(String name, String bytes, String expected) {
        return Rule.of(name, "RFC 9112 3.2", bytes, expected);
    }
}
