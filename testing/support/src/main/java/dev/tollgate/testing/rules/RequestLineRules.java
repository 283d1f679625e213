package dev.tollgate.testing.rules;

import java.util.List;

/// The request line, and what stands before it.
final class RequestLineRules {

    private static final String REFUSED = "400 closed";
    private static final String UNSUPPORTED = "505 closed";

    static final List<Rule> RULES = List.of(
            line("request-line", "GET /api HTTP/1.1", "200 open, GET /api"),
            line("empty-line-before", "~GET /api HTTP/1.1", "200 open, GET /api"),
            line("two-empty-lines-before", "~~GET /api HTTP/1.1", "200 open, GET /api"),
            line("line-feed-before", "\nGET /api HTTP/1.1", REFUSED),
            line("hundred-empty-lines-before", "~".repeat(100) + "GET /api HTTP/1.1", REFUSED),
            line("blank-before", " GET /api HTTP/1.1", REFUSED),
            line("tab-before", "\tGET /api HTTP/1.1", REFUSED),
            line("nul-before", "\u0000GET /api HTTP/1.1", REFUSED),
            line("byte-order-mark-before", "\u00ef\u00bb\u00bfGET /api HTTP/1.1", REFUSED),
            line("two-blanks-after-method", "GET  /api HTTP/1.1", REFUSED),
            line("two-blanks-before-version", "GET /api  HTTP/1.1", REFUSED),
            line("tab-after-method", "GET\t/api HTTP/1.1", REFUSED),
            line("tab-before-version", "GET /api\tHTTP/1.1", REFUSED),
            line("vertical-tab-before-version", "GET /api\u000bHTTP/1.1", REFUSED),
            line("carriage-return-before-version", "GET /api\rHTTP/1.1", REFUSED),
            line("blank-after-version", "GET /api HTTP/1.1 ", REFUSED),
            line("words-after-version", "GET /api HTTP/1.1 HTTP/1.1", REFUSED),
            line("version-missing", "GET /api", REFUSED),
            line("version-missing-blank-there", "GET /api ", REFUSED),
            Rule.of("http-0.9", "RFC 9112 3", "GET /api~", REFUSED),
            line("target-missing", "GET HTTP/1.1", REFUSED),
            line("only-a-word", "NONSENSE", REFUSED),
            line("request-line-ends-in-line-feed", "GET /api HTTP/1.1\nX-A: one", REFUSED),
            line("version-lower-case", "GET /api http/1.1", REFUSED),
            line("version-with-blank", "GET /api HTTP/ 1.1", REFUSED),
            line("version-without-minor", "GET /api HTTP/1", REFUSED),
            line("version-of-two-digits", "GET /api HTTP/1.10", REFUSED),
            line("version-with-leading-zero", "GET /api HTTP/01.1", REFUSED),
            line("version-with-plus", "GET /api HTTP/+1.1", REFUSED),
            line("version-of-letters", "GET /api HTTP/x.y", REFUSED),
            line("other-protocol", "GET /api ICAP/1.1", REFUSED),
            line("version-1.2", "GET /api HTTP/1.2", UNSUPPORTED),
            line("version-2.0", "GET /api HTTP/2.0", UNSUPPORTED),
            line("version-0.9", "GET /api HTTP/0.9", UNSUPPORTED),
            line("version-9.9", "GET /api HTTP/9.9", UNSUPPORTED),
            line("method-unknown", "PURGE /api HTTP/1.1", "200 open, PURGE /api"),
            line("method-lower-case", "get /api HTTP/1.1", "200 open, get /api"),
            line("method-of-token-characters", "M-SEARCH+1 /api HTTP/1.1", "200 open, M-SEARCH+1 /api"),
            line("method-with-colon", "GET:x /api HTTP/1.1", REFUSED),
            line("method-quoted", "\"GET\" /api HTTP/1.1", REFUSED),
            line("method-non-ascii", "G\u00c9T /api HTTP/1.1", REFUSED),
            line("method-nul", "G\u0000T /api HTTP/1.1", REFUSED),
            line("method-long", "A".repeat(33) + " /api HTTP/1.1", "501 closed"),
            line("trace", "TRACE /api HTTP/1.1", "405 open"),
            line("connect-with-path", "CONNECT /api HTTP/1.1", "405 closed"),
            line("target-too-long", "GET /api?" + "x".repeat(3_000) + " HTTP/1.1", "414 closed"));

    private RequestLineRules() {}

    private static Rule line(String name, String line, String expected) {
        return Rule.of(name, "RFC 9112 3", line + "~Host: a~{key}~", expected);
    }
}
