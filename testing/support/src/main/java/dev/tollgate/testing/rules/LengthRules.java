package dev.tollgate.testing.rules;

import java.util.List;

/// How long a request's body is: Content-Length and Transfer-Encoding, alone, twice, together and malformed.
final class LengthRules {

    private static final String SMUGGLED = "GET /api/smuggled HTTP/1.1~Host: a~{key}~";

    static final List<Rule> RULES = List.of(
            length("length", "Content-Length: 3~~abc", "200 open, POST /api \"abc\""),
            length("length-of-nothing", "Content-Length: 0~~", "200 open, POST /api"),
            length("no-length-is-no-body", "~", "200 open, POST /api"),
            length("length-with-leading-zeros", "Content-Length: 0003~~abc", "200 open, POST /api \"abc\""),
            length("length-with-blanks-around", "Content-Length: \t 3 \t~~abc", "200 open, POST /api \"abc\""),
            length("length-twice-different", "Content-Length: 3~Content-Length: 4~~abcd", "400 closed"),
            length("length-twice-same", "Content-Length: 3~Content-Length: 3~~abc", "400 closed"),
            length("length-twice-different-case", "Content-Length: 3~content-length: 3~~abc", "400 closed"),
            length("length-list-same", "Content-Length: 3, 3~~abc", "400 closed"),
            length("length-list-different", "Content-Length: 3, 4~~abcd", "400 closed"),
            length("length-with-plus", "Content-Length: +3~~abc", "400 closed"),
            length("length-negative", "Content-Length: -3~~abc", "400 closed"),
            length("length-hex", "Content-Length: 0x3~~abc", "400 closed"),
            length("length-with-blank-inside", "Content-Length: 3 3~~abc", "400 closed"),
            length("length-with-fraction", "Content-Length: 3.0~~abc", "400 closed"),
            length("length-empty", "Content-Length:~~abc", "400 closed"),
            length("length-no-number", "Content-Length: three~~abc", "400 closed"),
            length("length-beyond-64-bits", "Content-Length: 18446744073709551619~~abc", "400 closed"),
            length("length-beyond-the-limit", "Content-Length: 99999999999~~abc", "413 closed"),
            length("length-with-chunked", "Content-Length: 3~Transfer-Encoding: chunked~~0~~" + SMUGGLED, "400 closed"),
            length("chunked-with-length", "Transfer-Encoding: chunked~Content-Length: 3~~0~~" + SMUGGLED, "400 closed"),
            length("length-with-unknown-coding", "Content-Length: 3~Transfer-Encoding: xchunked~~abc", "400 closed"),
            length("length-twin-with-underscore", "Content_Length: 3~~", "200 open, POST /api"),
            coding("chunked", "Transfer-Encoding: chunked~~3~abc~0~~", "200 open, POST /api \"abc\""),
            coding("chunked-any-case", "tRANSFER-eNCODING: CHUNKED~~3~abc~0~~", "200 open, POST /api \"abc\""),
            coding("chunked-then-identity", "Transfer-Encoding: chunked, identity~~0~~", "400 closed"),
            coding("identity-then-chunked", "Transfer-Encoding: identity, chunked~~0~~", "501 closed"),
            coding("identity", "Transfer-Encoding: identity~~", "400 closed"),
            coding("unknown-coding", "Transfer-Encoding: xchunked~~0~~", "400 closed"),
            coding("gzip-then-chunked", "Transfer-Encoding: gzip, chunked~~0~~", "501 closed"),
            coding("chunked-twice-in-a-list", "Transfer-Encoding: chunked, chunked~~0~~", "400 closed"),
            coding("chunked-twice", "Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~", "400 closed"),
            coding(
                    "chunked-and-identity-lines",
                    "Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~",
                    "400 closed"),
            coding("chunked-after-a-comma", "Transfer-Encoding: , chunked~~0~~", "501 closed"),
            coding("chunked-with-parameter", "Transfer-Encoding: chunked;a=b~~0~~", "400 closed"),
            coding("chunked-quoted", "Transfer-Encoding: \"chunked\"~~0~~", "400 closed"),
            coding("coding-empty", "Transfer-Encoding:~~0~~", "400 closed"),
            coding("chunked-after-tab", "Transfer-Encoding:\tchunked~~3~abc~0~~", "200 open, POST /api \"abc\""),
            coding("chunked-after-vertical-tab", "Transfer-Encoding: \u000bchunked~~0~~", "400 closed"),
            coding("chunked-before-vertical-tab", "Transfer-Encoding: chunked\u000b~~0~~", "400 closed"),
            coding("chunked-before-form-feed", "Transfer-Encoding: chunked\f~~0~~", "400 closed"),
            coding("chunked-before-no-break-space", "Transfer-Encoding: chunked\u00a0~~0~~", "400 closed"),
            coding("coding-twin-with-underscore", "Transfer_Encoding: chunked~~", "200 open, POST /api"),
            coding("coding-name-with-blank", "Transfer-Encoding : chunked~~0~~", "400 closed"),
            Rule.of(
                    "chunked-in-1.0",
                    "RFC 9112 6.1",
                    "POST /api HTTP/1.0~Host: a~{key}Connection: keep-alive~Transfer-Encoding: chunked~~0~~" + SMUGGLED,
                    "400 closed"),
            Rule.of(
                    "body-of-a-get",
                    "RFC 9110 9.3.1",
                    "GET /api HTTP/1.1~Host: a~{key}Content-Length: 3~~abc",
                    "200 open, GET /api \"abc\""),
            Rule.of(
                    "chunked-body-of-a-delete",
                    "RFC 9110 9.3.5",
                    "DELETE /api HTTP/1.1~Host: a~{key}Transfer-Encoding: chunked~~3~abc~0~~",
                    "200 open, DELETE /api \"abc\""));

    private LengthRules() {}

    private static Rule length(String name, String rest, String expected) {
        return Rule.of(name, "RFC 9112 6.3", "POST /api HTTP/1.1~Host: a~{key}" + rest, expected);
    }

    private static Rule coding(String name, String rest, String expected) {
        return Rule.of(name, "RFC 9112 6.1", "POST /api HTTP/1.1~Host: a~{key}" + rest, expected);
    }
}
