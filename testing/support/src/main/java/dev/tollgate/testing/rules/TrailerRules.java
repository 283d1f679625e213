package dev.tollgate.testing.rules;

import java.util.List;

/// The fields after a chunked body. None of them may become a field of the head.
final class TrailerRules {

    private static final String ABC = "200 open, POST /api \"abc\"";

    static final List<Rule> RULES = List.of(
            trailer("trailer", "X-Sum: 7~", ABC),
            trailer("trailer-content-length", "Content-Length: 5~", "200 open, POST /api \"abc\""),
            trailer("trailer-transfer-encoding", "Transfer-Encoding: identity~", "200 open, POST /api \"abc\""),
            trailer("trailer-host", "Host: b~", "200 open, POST /api \"abc\""),
            trailer("trailer-key", "X-Api-Key: tg_other~", "200 open, POST /api \"abc\""),
            trailer("trailer-tenant", "X-Tenant-Id: other~", "200 open, POST /api [X-Tenant-Id: acme] \"abc\"")
                    .lookingAt("X-Tenant-Id"),
            trailer("trailer-folded", "X-Sum: 7~ 8~", "400 closed"),
            trailer("trailer-name-with-blank", "X-Sum : 7~", "400 closed"),
            trailer("trailer-without-name", ": 7~", "400 closed"),
            trailer("trailer-without-colon", "X-Sum~", "400 closed"),
            trailer("trailer-nul", "X-Sum: \u0000~", "400 closed"),
            trailer("trailer-carriage-return", "X-Sum: a\rb~", "400 closed"),
            trailer("trailer-ends-in-line-feed", "X-Sum: 7\n", "400 closed"),
            trailer("trailer-long", "X-Sum: " + "7".repeat(5_000) + "~", "400 closed"));

    private TrailerRules() {}

    private static Rule trailer(String name, String lines, String expected) {
        return Rule.of(
                name,
                "RFC 9112 7.1.2",
                "POST /api HTTP/1.1~Host: a~{key}Transfer-Encoding: chunked~~3~abc~0~" + lines + "~",
                expected);
    }
}
