package dev.tollgate.testing.rules;

import java.util.List;

/// Lines of the head after the request line.
final class FieldLineRules {

    private static final String REFUSED = "400 closed";

    static final List<Rule> RULES = List.of(
            field("field", "X-A: one~", "200 open, GET /api [X-A: one]"),
            field("field-twice", "X-A: one~X-A: two~", "200 open, GET /api [X-A: one] [X-A: two]"),
            field("field-without-value", "X-A:~", "200 open, GET /api [X-A: ]"),
            field("field-without-blank", "X-A:one~", "200 open, GET /api [X-A: one]"),
            field("field-value-with-colon", "X-A: o:n:e~", "200 open, GET /api [X-A: o:n:e]"),
            field("field-value-with-tab", "X-A: o\tne~", "200 open, GET /api [X-A: o\tne]"),
            field("field-value-obs-text", "X-A: \u00e9\u00ff~", "200 open, GET /api [X-A: \u00e9\u00ff]"),
            field("field-name-of-token-characters", "!#$%&'*+.^`|0: one~", "200 open, GET /api"),
            field("field-name-with-underscore", "X_A: one~", "200 open, GET /api [X_A: one]"),
            field("field-name-with-blank-before-colon", "X-A : one~", REFUSED),
            field("field-name-with-tab-before-colon", "X-A\t: one~", REFUSED),
            field("field-name-with-blank", "X A: one~", REFUSED),
            field("field-name-empty", ": one~", REFUSED),
            field("field-without-colon", "X-A~", REFUSED),
            field("field-name-with-delimiter", "X(A): one~", REFUSED),
            field("field-name-non-ascii", "X\u00e9: one~", REFUSED),
            field("field-name-nul", "X\u0000A: one~", REFUSED),
            field("field-name-control", "X\u0001A: one~", REFUSED),
            field("field-name-delete", "X\u007fA: one~", REFUSED),
            field("field-name-carriage-return", "X\rA: one~", REFUSED),
            field("field-name-begins-with-carriage-return", "\rX-A: one~", REFUSED),
            field("field-value-nul", "X-A: o\u0000ne~", REFUSED),
            field("field-value-control", "X-A: o\u0001ne~", REFUSED),
            field("field-value-delete", "X-A: o\u007fne~", REFUSED),
            field("field-value-carriage-return", "X-A: o\rne~", REFUSED),
            field("field-value-carriage-return-before-key", "X-A: o\rX-Tenant-Id: other~", REFUSED),
            field("field-value-two-carriage-returns", "X-A: one\r~", REFUSED),
            field("field-value-vertical-tab", "X-A: \u000bone~", REFUSED),
            field("field-ends-in-line-feed", "X-A: one\n", REFUSED),
            field("field-folded-by-blank", "X-A: one~ two~", REFUSED),
            field("field-folded-by-tab", "X-A: one~\ttwo~", REFUSED),
            field("field-folded-empty", "X-A: one~ ~", REFUSED),
            field("length-folded", "Content-Length:~ 3~", REFUSED),
            field("head-ends-in-line-feed", "X-A: one~\n~", REFUSED),
            line("first-field-begins-with-blank", "GET /api HTTP/1.1~ Host: a~{key}~", REFUSED),
            line("first-field-is-blank", "GET /api HTTP/1.1~ ~Host: a~{key}~", REFUSED),
            field("fields-too-large", "X-A: " + "x".repeat(5_000) + "~", "431 closed"),
            field("fields-too-large-together", ("X-B: " + "x".repeat(100) + "~").repeat(45), "431 closed"),
            field("fields-many-and-short", "a:~".repeat(1_500), "431 closed"),
            tenant("tenant-sent-by-client", "X-Tenant-Id: other~", "200 open, GET /api [X-Tenant-Id: acme]"),
            tenant("tenant-twin-with-underscore", "X_Tenant_Id: other~", "200 open, GET /api [X-Tenant-Id: acme]"),
            line("key-twice", "GET /api HTTP/1.1~Host: a~{key}{key}~", "401 open"),
            line("key-twin-with-underscore", "GET /api HTTP/1.1~Host: a~X_Api_Key: tg_other~~", "401 open"),
            line("key-missing", "GET /api HTTP/1.1~Host: a~~", "401 open"));

    private FieldLineRules() {}

    private static Rule field(String name, String lines, String expected) {
        return line(name, "GET /api HTTP/1.1~Host: a~{key}" + lines + "~", expected);
    }

    private static Rule tenant(String name, String lines, String expected) {
        return field(name, lines, expected).lookingAt("X-Tenant-Id", "X_Tenant_Id");
    }

    private static Rule line(String name, String bytes, String expected) {
        return Rule.of(name, "RFC 9112 5", bytes, expected).lookingAt("X-A", "X_A");
    }
}
