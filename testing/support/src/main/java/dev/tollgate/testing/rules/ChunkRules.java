package dev.tollgate.testing.rules;

import java.util.List;

/// The lines of a chunked body.
final class ChunkRules {

    private static final String ABC = "200 open, POST /api \"abc\"";
    private static final String REFUSED = "400 closed";

    static final List<Rule> RULES = List.of(
            chunks("chunks", "1~a~2~bc~0~~", ABC),
            chunks("chunk-size-upper-case", "A~0123456789~0~~", "200 open, POST /api \"0123456789\""),
            chunks("chunk-size-with-leading-zeros", "0003~abc~0~~", ABC),
            chunks("last-chunk-of-many-zeros", "3~abc~0000~~", ABC),
            chunks("chunk-size-no-hex", "zz~abc~0~~", REFUSED),
            chunks("chunk-size-with-0x", "0x3~abc~0~~", REFUSED),
            chunks("chunk-size-negative", "-3~abc~0~~", REFUSED),
            chunks("chunk-size-with-plus", "+3~abc~0~~", REFUSED),
            chunks("chunk-size-empty", "~abc~0~~", REFUSED),
            chunks("chunk-size-blank-before", " 3~abc~0~~", REFUSED),
            chunks("chunk-size-blank-after", "3 ~abc~0~~", REFUSED),
            chunks("chunk-size-blank-inside", "0 3~abc~0~~", REFUSED),
            chunks("chunk-size-beyond-32-bits", "100000003~abc~0~~", REFUSED),
            chunks("chunk-size-beyond-63-bits", "8000000000000003~abc~0~~", REFUSED),
            chunks("chunk-size-beyond-64-bits", "10000000000000003~abc~0~~", REFUSED),
            chunks("chunk-size-of-a-thousand-zeros", "0".repeat(1_000) + "3~abc~0~~", ABC),
            chunks("chunk-extension", "3;name=value~abc~0~~", ABC),
            chunks("chunk-extension-without-value", "3;name~abc~0;last~~", ABC),
            chunks("chunk-extension-quoted", "3;name=\"a;b\"~abc~0~~", ABC),
            chunks("chunk-extension-quoted-pair", "3;name=\"a\\\"b\"~abc~0~~", ABC),
            chunks("chunk-extension-blanks", "3 ; name = value~abc~0~~", ABC),
            chunks("chunk-extension-line-feed", "3;a\nbc~abc~0~~", REFUSED),
            chunks("chunk-extension-line-feed-at-end", "3;\nabc~0~~", REFUSED),
            chunks("chunk-extension-line-feed-quoted", "3;a=\"\n\"~abc~0~~", REFUSED),
            chunks("chunk-extension-carriage-return", "3;a\rb~abc~0~~", REFUSED),
            chunks("chunk-extension-line-end-quoted", "3;a=\"~abc~0~~", REFUSED),
            chunks("chunk-extension-nul", "3;a\u0000~abc~0~~", REFUSED),
            chunks("chunk-extension-long", "3;" + "a".repeat(10_000) + "~abc~0~~", REFUSED),
            chunks("chunk-line-ends-in-line-feed", "3\nabc~0~~", REFUSED),
            chunks("chunk-line-ends-in-carriage-return", "3\rabc~0~~", REFUSED),
            chunks("chunk-data-ends-in-line-feed", "3~abc\n0~~", REFUSED),
            chunks("chunk-data-ends-in-carriage-return", "3~abc\r0~~", REFUSED),
            chunks("chunk-data-without-line-end", "3~abc0~~", REFUSED),
            chunks("chunk-data-too-long", "3~abcd~0~~", REFUSED),
            chunks("chunk-data-ends-in-two-other-bytes", "3~abcXX0~~", REFUSED),
            chunks("last-chunk-ends-in-line-feed", "3~abc~0\n\n", REFUSED),
            chunks("body-ends-in-line-feed", "3~abc~0~\n", REFUSED));

    private ChunkRules() {}

    private static Rule chunks(String name, String body, String expected) {
        return Rule.of(
                name, "RFC 9112 7.1", "POST /api HTTP/1.1~Host: a~{key}Transfer-Encoding: chunked~~" + body, expected);
    }
}
