package dev.tollgate.testing.rules;

import java.util.List;

/// The Host field. The upstream learns it as X-Forwarded-Host.
final class HostRules {

    private static final String REFUSED = "400 closed";

    static final List<Rule> RULES = List.of(
            host("host", "Host: api.example~", "200 open, GET /api [X-Forwarded-Host: api.example]"),
            host(
                    "host-with-port",
                    "Host: api.example:8080~",
                    "200 open, GET /api [X-Forwarded-Host: api.example:8080]"),
            host("host-ipv6", "Host: [::1]:80~", "200 open, GET /api [X-Forwarded-Host: [::1]:80]"),
            host("host-with-underscore", "Host: my_api~", "200 open, GET /api [X-Forwarded-Host: my_api]"),
            host("host-missing", "", REFUSED),
            host("host-twice", "Host: a~Host: b~", REFUSED),
            host("host-twice-same", "Host: a~Host: a~", REFUSED),
            host("host-empty", "Host:~", REFUSED),
            host("host-with-user", "Host: a@b~", REFUSED),
            host("host-with-path", "Host: a/b~", REFUSED),
            host("host-with-scheme", "Host: http://a~", REFUSED),
            host("host-with-query", "Host: a?b~", REFUSED),
            host("host-with-fragment", "Host: a#b~", REFUSED),
            host("host-list", "Host: a, b~", REFUSED),
            host("host-with-blank", "Host: a b~", REFUSED),
            host("host-with-quote", "Host: a\"b~", REFUSED),
            host("host-with-backslash", "Host: a\\b~", REFUSED),
            host("host-non-ascii", "Host: \u00e9~", REFUSED),
            host("host-port-of-letters", "Host: a:b~", REFUSED),
            host("host-port-negative", "Host: a:-80~", REFUSED),
            host("host-port-too-large", "Host: a:65536~", REFUSED),
            host("host-two-ports", "Host: a:80:80~", REFUSED),
            host("host-only-port", "Host: :80~", REFUSED),
            host("host-bracket-open", "Host: [::1~", REFUSED),
            host("host-twin-with-underscore", "Host: a~Ho_st: b~", "200 open, GET /api [X-Forwarded-Host: a]"),
            Rule.of(
                    "host-missing-in-1.0",
                    "RFC 9112 3.2",
                    "GET /api HTTP/1.0~{key}Connection: keep-alive~~",
                    "200 open, GET /api"),
            host(
                    "forwarded-host-sent-by-client",
                    "Host: a~X-Forwarded-Host: evil~Forwarded: host=evil~",
                    "200 open, GET /api [X-Forwarded-Host: a]"));

    private HostRules() {}

    private static Rule host(String name, String lines, String expected) {
        return Rule.of(name, "RFC 9112 3.2", "GET /api HTTP/1.1~" + lines + "{key}~", expected)
                .lookingAt("X-Forwarded-Host");
    }
}
