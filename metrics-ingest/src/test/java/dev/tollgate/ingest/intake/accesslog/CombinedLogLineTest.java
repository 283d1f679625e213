package dev.tollgate.ingest.intake.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.intake.accesslog.CombinedLogLine.Bad;
import dev.tollgate.ingest.intake.accesslog.CombinedLogLine.Parsed;
import dev.tollgate.ingest.intake.accesslog.CombinedLogLine.Result;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CombinedLogLineTest {

    private static final String START = "10.1.2.3 - - [17/May/2015:10:05:03 +0000] ";
    private static final String COMBINED =
            START + "\"GET /a/b?c=d HTTP/1.1\" 200 203023 \"http://x/\" \"Mozilla/5.0 (X)\"";

    @Test
    void readsTheCombinedFormat() {
        assertThat(parsed(COMBINED))
                .isEqualTo(new Parsed(
                        new LogLine(
                                "10.1.2.3", null, Instant.parse("2015-05-17T10:05:03Z"), "GET", "/a/b", 200, 203023),
                        false));
    }

    @Test
    void readsTheCommonFormatWithZoneUserAndIpv6() {
        String line = "2001:db8::1 ident Frank Smith [28/Feb/2024:23:59:59 -0530] \"POST /x HTTP/2.0\" 302 -";
        assertThat(parsed(line).line())
                .isEqualTo(new LogLine(
                        "2001:db8::1", "Frank Smith", Instant.parse("2024-02-29T05:29:59Z"), "POST", "/x", 302, 0));
    }

    @Test
    void forgivesOneMissingQuoteAtTheEndOnly() {
        assertThat(parsed(COMBINED.substring(0, COMBINED.length() - 1)))
                .isEqualTo(new Parsed(parsed(COMBINED).line(), true));
        assertThat(CombinedLogLine.parse(START + "\"GET / HTTP/1.1 200 5")).isInstanceOf(Bad.class);
    }

    @Test
    void resolvesEscapesAndKeepsTheRequestCountWhenItIsNoneOfHttp() {
        LogLine escaped = parsed(START + "\"GET /a\\\"b\\\\c\\x41\\x00 HTTP/1.1\" 404 0 \"-\" \"a \\\"b\\\"\"")
                .line();
        assertThat(escaped.path()).isEqualTo("/a\"b\\cA\uFFFD");
        for (String request : new String[] {"-", "", "\\x16\\x03\\x01", "GET", "quit\\r\\n"}) {
            LogLine line =
                    parsed(START + "\"" + request + "\" 400 226 \"-\" \"-\"").line();
            assertThat(line.method()).as(request).isNull();
            assertThat(line.path()).as(request).isNull();
            assertThat(line.isError()).isTrue();
        }
        assertThat(parsed(START + "\"GET /two words HTTP/1.1\" 200 1").line().path())
                .isEqualTo("/two words");
        assertThat(parsed(START + "\"GET /" + "x".repeat(5_000) + " HTTP/1.1\" 200 1")
                        .line()
                        .path())
                .hasSize(2_048);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "hello | client address",
                "1.2.3.4 - - [17/Mai/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 | time",
                "1.2.3.4 - - [31/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 | time",
                "1.2.3.4 - - [17/May/2015:10:05:03 +9900] \"GET / HTTP/1.1\" 200 1 | time",
                "1.2.3.4 - - [17/May/2015:10:05:03 +0000] GET / HTTP/1.1 200 1 | request",
                "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 999 1 | status",
                "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 -1 | size",
                "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 | size"
            })
    void saysWhatIsWrong(String line, String what) {
        assertThat(CombinedLogLine.parse(line))
                .isInstanceOfSatisfying(
                        Bad.class, bad -> assertThat(bad.reason()).contains(what));
    }

    @Property(tries = 500)
    void neverThrows(@ForAll("mutilated") String line) {
        Result result = CombinedLogLine.parse(line);
        assertThat(result).isNotNull();
    }

    @Provide
    Arbitrary<String> mutilated() {
        Arbitrary<String> pieces = Arbitraries.of(
                "\"",
                "\\",
                "\\x",
                " ",
                "[",
                "] ",
                "-",
                "17/May/2015:10:05:03 +0000",
                "GET / HTTP/1.1",
                "200",
                COMBINED);
        Arbitrary<String> noise = Arbitraries.strings().ofMaxLength(8);
        Arbitrary<Integer> cut = Arbitraries.integers().between(0, COMBINED.length());
        Arbitrary<String> shuffled =
                Arbitraries.oneOf(pieces, noise).list().ofMaxSize(12).map(parts -> String.join("", parts));
        Arbitrary<String> patched =
                cut.flatMap(at -> noise.map(text -> COMBINED.substring(0, at) + text + COMBINED.substring(at)));
        return Arbitraries.oneOf(shuffled, patched, cut.map(at -> COMBINED.substring(0, at)));
    }

    private static Parsed parsed(String line) {
        return CombinedLogLine.parse(line) instanceof Parsed parsed ? parsed : fail(line);
    }

    private static Parsed fail(String line) {
        throw new AssertionError(CombinedLogLine.parse(line) + " for " + line);
    }
}
